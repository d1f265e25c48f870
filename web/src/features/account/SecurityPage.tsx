// How one signs in, and where one is signed in.
import { useQuery } from '@tanstack/react-query'
import type { Loader } from '~/api'
import { useT } from '~/i18n'
import { withProofTexts } from '~/shell/proof'
import { Banner, ListSkeleton, Loaded, PageHeader, Section, Stack } from '~/ui'
import { useIsKeycloak } from '~/shell/keycloak'
import { App } from './App'
import { AtKeycloak } from './AtKeycloak'
import { Codes } from './Codes'
import { Devices } from './Devices'
import { Passkeys } from './Passkeys'
import { factorsQuery, sessionsQuery, useAudience } from './queries'
import { isAskedForCodes } from './ways'

export const loader: Loader = ({ queryClient }) =>
  Promise.all([queryClient.query(factorsQuery), queryClient.query(sessionsQuery), withProofTexts()])

export default function SecurityPage() {
  const t = useT()
  const query = useQuery(factorsQuery)
  const isKeycloak = useIsKeycloak()
  const { audience, home, isStrict } = useAudience()
  return (
    <Stack gap={6}>
      <PageHeader title={t('account.security')} back={{ to: home as never, label: t(`account.title.${audience}`) }} />
      {isKeycloak === true ? <AtKeycloak /> : <Loaded query={query} skeleton={<ListSkeleton rows={5} />}>
        {(factors) => (
          <Stack gap={6}>
            {!factors.has_email && factors.passkeys.length === 0 && (
              <Banner tone="notice" title={t('account.onlyHere')}>{t('account.onlyHere.text')}</Banner>
            )}
            <Section title={t('account.passkeys')}><Passkeys factors={factors} /></Section>
            {(audience !== 'employee' || factors.has_email || factors.has_totp) && <Section title={t('account.app')}><App factors={factors} /></Section>}
            {isAskedForCodes(factors, isStrict) && <Section title={t('account.codes')}><Codes left={factors.recovery_codes_left} /></Section>}
          </Stack>
        )}
      </Loaded>}
      <Section title={t('account.devices')}><Devices /></Section>
    </Stack>
  )
}
