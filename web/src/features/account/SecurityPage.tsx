// How one signs in, and where one is signed in.
import { useQuery } from '@tanstack/react-query'
import type { Loader } from '~/api'
import { useT } from '~/i18n'
import { withProofTexts } from '~/shell/proof'
import { Banner, ListSkeleton, Loaded, PageHeader, Section, Stack } from '~/ui'
import { useIsKeycloak } from '~/shell/keycloak'
import { App } from './App'
import { Codes } from './Codes'
import { Devices } from './Devices'
import { Passkeys } from './Passkeys'
import { Password } from './Password'
import { factorsQuery, sessionsQuery, useAudience } from './queries'
import { WayBack } from './WayBack'
import { isAskedForCodes } from './ways'

/** How long the page waits for Keycloak, in milliseconds: the rest of it is shown without. */
const COURTESY = 1000

export const loader: Loader = ({ queryClient }) =>
  Promise.all([
    Promise.race([queryClient.query(factorsQuery).catch(() => undefined), new Promise((late) => { setTimeout(late, COURTESY) })]),
    queryClient.query(sessionsQuery),
    withProofTexts(),
  ])

export default function SecurityPage() {
  const t = useT()
  const query = useQuery(factorsQuery)
  const isKeycloak = useIsKeycloak()
  const { audience, home, isStrict } = useAudience()
  return (
    <Stack gap={6}>
      <PageHeader title={t('account.security')} back={{ to: home as never, label: t(`account.title.${audience}`) }} />
      <Loaded query={query} skeleton={<ListSkeleton rows={5} />}>
        {(factors) => (
          <Stack gap={6}>
            {isKeycloak === false && !factors.has_email && factors.passkeys.length === 0 && (
              <Banner tone="notice" title={t('account.onlyHere')}>{t('account.onlyHere.text')}</Banner>
            )}
            {factors.company_name != null && (
              <Section title={t('account.signInBy.company')}><p>{t('account.signInBy.company.text', { company: factors.company_name })}</p></Section>
            )}
            <Section title={t('account.passkeys')}><Passkeys factors={factors} /></Section>
            {(factors.can_have_password || factors.password_set_at != null) && <Section title={t('account.password')}><Password factors={factors} /></Section>}
            {(audience !== 'employee' || (isKeycloak === false && factors.has_email) || factors.totp_added_at != null) && (
              <Section title={t('account.app')}><App factors={factors} /></Section>
            )}
            {isAskedForCodes(factors, isStrict) && <Section title={t('account.codes')}><Codes left={factors.recovery_codes_left} /></Section>}
          </Stack>
        )}
      </Loaded>
      {isKeycloak === true && audience === 'employee' && <WayBack />}
      <Section title={t('account.devices')}><Devices /></Section>
    </Stack>
  )
}
