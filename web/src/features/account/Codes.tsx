import { useState } from 'react'
import { api, data, idempotent } from '~/api'
import { useT } from '~/i18n'
import { useIsKeycloak } from '~/shell/keycloak'
import { Banner, Button, Confirm, Muted, Row, Stack, useProblemText } from '~/ui'
import { useFreshCodes } from './FreshCodes'
import { useSetUp } from './useSetUp'

/** Recovery codes: how many are left, and new ones in their place. At Keycloak they are given there, which says the same beforehand. */
export function Codes({ left }: { left: number }) {
  const t = useT()
  const text = useProblemText()
  const fresh = useFreshCodes()
  const isKeycloak = useIsKeycloak() === true
  const setUp = useSetUp('recovery_codes')
  const [isAsking, setAsking] = useState(false)
  const renew = async () => {
    const { codes } = await data(api.POST('/api/me/recovery-codes', { headers: idempotent(crypto.randomUUID()) }))
    fresh.show(codes)
  }
  return (
    <Stack gap={3}>
      <Muted>{t('account.codes.about')}</Muted>
      <p>{t('account.codes.left', { count: left })}</p>
      {setUp.error && <Banner tone="danger" announce>{text(setUp.error)}</Banner>}
      <Row><Button isPending={setUp.isPending} onPress={() => { if (isKeycloak) setUp.mutate(undefined); else setAsking(true) }}>{t('account.codes.renew')}</Button></Row>
      <Confirm title={t('account.codes.renew')} confirm={t('account.codes.renew.confirm')} isOpen={isAsking} onClose={() => { setAsking(false) }} onConfirm={renew}>
        <p>{t(left > 0 ? 'account.codes.renew.lead' : 'account.codes.about')}</p>
      </Confirm>
      {fresh.dialog}
    </Stack>
  )
}
