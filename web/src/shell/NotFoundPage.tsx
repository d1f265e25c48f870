import { useT } from '~/i18n'
import { PlainLink } from '~/ui/Plain'
import { PageHeader } from '~/ui/PageHeader'
import { PublicFrame } from './PublicShell'

/** No such address. Nothing is said about what may be there for others. */
export function NotFoundPage() {
  const t = useT()
  return (
    <PublicFrame>
      <PageHeader title={t('shell.notFound.title')} lead={t('shell.notFound.lead')} />
      <div><PlainLink isPrimary>{t('shell.toStart')}</PlainLink></div>
    </PublicFrame>
  )
}
