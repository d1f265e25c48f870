import { useT } from '~/i18n'
import { Chip } from '~/ui'

export function StatusChip({ status }: { status: string }) {
  const t = useT()
  if (status === 'published') return <Chip tone="positive" icon="check">{t('categories.status.published')}</Chip>
  return status === 'archived' ? <Chip>{t('categories.status.archived')}</Chip> : <Chip tone="accent">{t('categories.status.draft')}</Chip>
}
