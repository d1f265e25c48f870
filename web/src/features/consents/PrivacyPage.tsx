// What the employer sees, who opened my record, and the way to the consents.
import { useQuery } from '@tanstack/react-query'
import type { Loader } from '~/api'
import { useT } from '~/i18n'
import { LinkButton, PageHeader, Row, Section, Stack } from '~/ui'
import { employerText, ownAccountQuery, recordQuery } from './queries'
import { Record } from './Record'

export const loader: Loader = ({ queryClient }) => Promise.all([queryClient.query(recordQuery), queryClient.query(ownAccountQuery)])

export default function PrivacyPage() {
  const t = useT()
  const { data: account } = useQuery(ownAccountQuery)
  return (
    <Stack gap={6}>
      <PageHeader title={t('consents.privacy.title')} back={{ to: '/me', label: t('consents.me') }} />
      <Section title={t('consents.employer.title')}>
        <p>{t('consents.employer.sees')}</p>
        <p>{t(employerText(account))}</p>
      </Section>
      <Section title={t('consents.record.title')}><Record /></Section>
      <Row><LinkButton to={'/consents'}>{t('consents.title')}</LinkButton></Row>
    </Stack>
  )
}
