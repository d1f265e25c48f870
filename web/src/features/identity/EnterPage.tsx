import { Link, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useT } from '~/i18n'
import { useIsKeycloak } from '~/shell/keycloak'
import { PageHeader, Row, Stack, TextSkeleton } from '~/ui'
import { useArrive } from './arrive'
import { ByCode } from './ByCode'
import { ByEmail } from './ByEmail'
import { EmailForm } from './EmailForm'
import { useKept } from './kept'
import { isVouched, VOUCHED, type Vouched } from './pass/kept'

// Of few companies: fetched where it is used.
const ByPass = lazy(() => import('./ByPass'))
const FetchPass = lazy(() => import('./pass/FetchPass'))

/** The first entry of an employee; anything that is no other way is by a code. */
export default function EnterPage() {
  const { by } = useSearch({ from: '/public/enter' })
  if (by === 'pass') return <Suspense fallback={<TextSkeleton lines={6} />}><ByPass /></Suspense>
  return by === 'email' ? <WithEmail /> : <ByCode />
}

function WithEmail() {
  const t = useT()
  const isKeycloak = useIsKeycloak()
  const arrive = useArrive()
  const [vouched, setVouched] = useKept<Vouched>(VOUCHED, isVouched)
  const forget = () => { setVouched(undefined) }
  if (vouched) {
    return (
      <Suspense fallback={<TextSkeleton lines={6} />}>
        <FetchPass
          proof={{ kind: 'ticket', ticket_id: vouched.id, ticket: vouched.token }} company={{ id: vouched.company, name: vouched.name }}
          back={{ label: t('identity.mail.another'), onPress: forget }} isVouched onLeave={forget}
        />
      </Suspense>
    )
  }
  return (
    <ByEmail
      arrive={arrive}
      first={(email, onSent) => (
        <Stack gap={5}>
          <PageHeader title={t('identity.work.title')} lead={t(isKeycloak ? 'identity.work.lead.keycloak' : 'identity.work.lead')} />
          <EmailForm email={email} hint={t('identity.work.hint')} onSent={onSent} />
          <Row justify="between">
            <Link to="/enter" search={{ by: 'code' }}>{t('identity.enter.byCode')}</Link>
            <Link to="/enter" search={{ by: 'pass' }}>{t('identity.enter.byPass')}</Link>
            <Link to="/sign-in" search={{}}>{t('identity.enter.signIn')}</Link>
          </Row>
        </Stack>
      )}
    />
  )
}
