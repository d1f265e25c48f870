import { useQuery } from '@tanstack/react-query'
import { Link, redirect, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { audienceOf, homes, meQuery, safeNext, type Loader } from '~/api'
import { useT } from '~/i18n'
import { withProofTexts } from '~/shell/proof'
import { Banner, PageHeader, Row, Section, Stack } from '~/ui'
import { AccessEnded } from './AccessEnded'
import { useArrive } from './arrive'
import { ByEmail } from './ByEmail'
import { ByPasskey } from './ByPasskey'
import { demoSignIn, DemoPeople } from './DemoPeople'
import { EmailForm } from './EmailForm'
import { SignIn } from './keycloak/SignIn'
import { demoPeopleQuery } from './queries'

/** Who is signed in already has nothing to do here, except in the demo, where one comes to be somebody else. */
export const loader: Loader = async ({ queryClient, search }) => {
  const texts = withProofTexts()
  const me = await queryClient.query(meQuery).catch(() => undefined)
  if (me?.is_demo) await queryClient.query(demoPeopleQuery).catch(() => undefined)
  else if (me?.person) throw redirect({ href: safeNext(search['next']) ?? homes[audienceOf(me.person)], replace: true })
  await texts
}

export default function SignInPage() {
  const t = useT()
  const { next, from, at } = useSearch({ from: '/public/sign-in' })
  const arrive = useArrive(next)
  const { data: me } = useQuery(meQuery)
  const [isTold, setTold] = useState(false)
  if (me?.is_access_ended === true && !isTold) return <AccessEnded onSignIn={() => { setTold(true) }} />
  if (me?.sign_in === 'keycloak') return <SignIn next={next} isDemo={me.is_demo} isMoving={me.is_moving} isBack={from === 'keycloak'} isEnded={from === 'ended'} back={at} />
  return (
    <ByEmail
      arrive={arrive}
      first={(email, onSent) => {
        const form = (
          <>
            <EmailForm email={email} hint={t('identity.signIn.hint')} onSent={onSent} withPasskeys />
            <ByPasskey arrive={arrive} />
          </>
        )
        return (
          <Stack gap={6}>
            <PageHeader title={t('identity.signIn.title')} />
            {next !== undefined && <Banner>{t(from === 'ended' ? 'identity.signIn.ended' : 'identity.signIn.next')}</Banner>}
            {me?.is_demo === true && <DemoPeople note={t('identity.demo.note')} enter={demoSignIn(arrive)} />}
            {me?.is_demo === true ? <Section title={t('identity.signIn.byMail')}>{form}</Section> : form}
            <Row justify="between">
              <Link to="/enter" search={{ by: 'code' }}>{t('identity.signIn.new')}</Link>
              <Link to="/enter" search={{ by: 'pass' }}>{t('identity.enter.byPass')}</Link>
            </Row>
          </Stack>
        )
      }}
    />
  )
}
