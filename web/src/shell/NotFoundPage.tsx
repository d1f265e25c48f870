import { useT } from '~/i18n'
import { LinkButton } from '~/ui/Button'
import { PageHeader } from '~/ui/PageHeader'
import { PublicFrame } from './PublicShell'

/** No such address. Nothing is said about what may be there for others. */
export function NotFoundPage() {
  const t = useT()
  return (
    <PublicFrame>
      <PageHeader title={t('shell.notFound.title')} lead={t('shell.notFound.lead')} />
      <div><LinkButton to="/" variant="primary">{t('shell.toStart')}</LinkButton></div>
    </PublicFrame>
  )
}
