// A specialist's: who opened the card and its documents, and who changed what about them.
import type { Loader } from '~/api'
import { useT } from '~/i18n'
import { PageHeader, Stack } from '~/ui'
import { recordQuery } from './queries'
import { Record } from './Record'

export const loader: Loader = ({ queryClient }) => queryClient.query(recordQuery)

export default function RecordPage() {
  const t = useT()
  return (
    <Stack gap={6}>
      <PageHeader title={t('consents.record.specialist')} lead={t('consents.record.specialist.lead')} back={{ to: '/work/account', label: t('consents.account') }} />
      <Record />
    </Stack>
  )
}
