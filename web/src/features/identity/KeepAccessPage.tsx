// Right after the first entry: a way back. An employee who gave a company code has none but this device; a specialist would wait for a mail each time.
import { useQuery } from '@tanstack/react-query'
import { redirect, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { audienceOf, homes, meQuery, useCommand, type Loader, type Person } from '~/api'
import { useT } from '~/i18n'
import { AddEmail, canUsePasskeys, usePasskeys, waysQuery, withProofTexts } from '~/shell/proof'
import { Banner, Button, Loaded, PageHeader, Row, Stack, TextSkeleton, toast, useProblemText } from '~/ui'
import { FIRST } from './arrive'
import { accountQuery } from './queries'
import { useHeadingFocus } from './useHeadingFocus'

const onwards = (person: Person): string => (person.kind === 'employee' ? FIRST : homes[audienceOf(person)])

export const loader: Loader = async ({ queryClient }) => {
  const { person } = await queryClient.query(meQuery)
  if (!person) throw redirect({ to: '/sign-in', replace: true })
  if (person.needs_second_factor) throw redirect({ to: '/second-factor', replace: true })
  const [ways] = await Promise.all([queryClient.query(waysQuery), queryClient.query(accountQuery), withProofTexts()])
  const isKept = ways.has_passkey || (ways.has_email_code && !canUsePasskeys())
  if (isKept) throw redirect({ href: onwards(person), replace: true })
}

export default function KeepAccessPage() {
  const query = useQuery(waysQuery)
  return (
    <Loaded query={query} skeleton={<TextSkeleton lines={6} />}>
      {(ways) => <Offer hasEmail={ways.has_email_code} />}
    </Loaded>
  )
}

function Offer({ hasEmail }: { hasEmail: boolean }) {
  const t = useT()
  const text = useProblemText()
  const router = useRouter()
  const passkeys = usePasskeys()
  const { data: me } = useQuery(meQuery)
  const { data: account } = useQuery(accountQuery)
  const [isByEmail, setByEmail] = useState(false)
  useHeadingFocus(isByEmail ? 'email' : 'offer')
  const goOn = () => { void router.navigate({ href: me?.person ? onwards(me.person) : '/', replace: true }) }
  const add = useCommand(() => passkeys.add(), {
    onSuccess: () => {
      toast(t('identity.keep.added'))
      goOn()
    },
  })
  if (isByEmail) {
    return (
      <Stack gap={5}>
        <PageHeader title={t('identity.keep.email.title')} lead={t('identity.keep.email.lead')} />
        <AddEmail
          hint={t('identity.keep.email.hint')} onAdded={goOn}
          actions={<Button variant="quiet" onPress={() => { setByEmail(false) }}>{t('identity.keep.back')}</Button>}
        />
      </Stack>
    )
  }
  return (
    <Stack gap={5}>
      <PageHeader title={t(hasEmail ? 'identity.keep.quick' : 'identity.keep.title')} lead={t(hasEmail ? 'identity.keep.quick.lead' : 'identity.keep.lead')} />
      {!hasEmail && <Banner tone="notice" title={t('identity.keep.without')}>{t(account?.pass ? 'identity.keep.without.text.pass' : 'identity.keep.without.text')}</Banner>}
      {add.error && <Banner tone="danger" announce>{text(add.error)}</Banner>}
      <Row>
        {canUsePasskeys() && (
          <Button variant="primary" icon="key" isPending={add.isPending} onPress={() => { add.mutate(undefined) }}>{t('identity.keep.make')}</Button>
        )}
        {!hasEmail && <Button icon="mail" onPress={() => { setByEmail(true) }}>{t('identity.keep.email')}</Button>}
        <Button variant="quiet" onPress={goOn}>{t('identity.later')}</Button>
      </Row>
    </Stack>
  )
}
