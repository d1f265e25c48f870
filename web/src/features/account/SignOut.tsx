import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useCommand } from '~/api'
import { useT } from '~/i18n'
import { useIsKeycloak } from '~/shell/keycloak'
import { signOut } from '~/shell/sign-out'
import { Banner, Button, Confirm, Muted, Row, Stack, useProblemText } from '~/ui'
import { factorsQuery, type Account } from './queries'

/** Signing out; who has no other way in is told first that this one is the last. */
export function SignOut({ account }: { account: Account }) {
  const t = useT()
  const text = useProblemText()
  const { data: factors } = useQuery(factorsQuery)
  const [isAsking, setAsking] = useState(false)
  const leave = useCommand(() => signOut())
  // At Keycloak there is always a way in: else no record would have begun.
  const isLast = useIsKeycloak() === false && account.email == null && factors?.passkeys.length === 0
  return (
    <Stack gap={3}>
      <Muted small>{t('account.leave.about')}</Muted>
      {leave.error && <Banner tone="danger" announce>{text(leave.error)}</Banner>}
      <Row>
        <Button icon="signOut" isPending={leave.isPending} onPress={() => { if (isLast) setAsking(true); else leave.mutate(undefined) }}>
          {t('account.signOut')}
        </Button>
      </Row>
      <Confirm
        title={t('account.signOut.title')} confirm={t('account.signOut')} isDanger isOpen={isAsking}
        onClose={() => { setAsking(false) }} onConfirm={() => leave.mutateAsync(undefined)}
      >
        <p>{t('account.signOut.last')}</p>
      </Confirm>
    </Stack>
  )
}
