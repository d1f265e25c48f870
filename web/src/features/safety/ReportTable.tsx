import { Link } from '@tanstack/react-router'
import { useT } from '~/i18n'
import { Chip, Table, When, type Column } from '~/ui'
import { Due } from './Due'
import type { Report } from './queries'

/** Reports, one a row; the age and the deadline tell what comes first. */
export function ReportTable({ reports }: { reports: readonly Report[] }) {
  const t = useT()
  const columns: Column<Report>[] = [
    { id: 'specialist', header: t('safety.specialist'), isRowHeader: true, cell: (r) => <Link to={'/desk/safety/$report'} params={{ report: r.id } as never}>{r.specialist_name}</Link> },
    { id: 'flag', header: t('safety.flag'), cell: (r) => (r.is_flagged ? <Chip tone="notice" icon="notice">{t('safety.flagged')}</Chip> : <Chip>{t('safety.wordsOnly')}</Chip>) },
    { id: 'pattern', header: t('safety.pattern'), align: 'end', cell: (r) => r.flagged_about_specialist },
    { id: 'state', header: t('safety.state'), cell: (r) => <State report={r} /> },
    { id: 'created', header: t('safety.created'), cell: (r) => <When at={r.created_at} show="stamp" /> },
    { id: 'due', header: t('safety.due'), cell: (r) => (r.due_at ? <Due at={r.due_at} /> : <When at={r.updated_at} show="stamp" />) },
  ]
  return <Table label={t('safety.title')} columns={columns} rows={reports} rowKey={(r) => r.id} />
}

export function State({ report }: { report: Report }) {
  const t = useT()
  if (report.state === 'open') return <Chip tone="accent">{t('safety.open')}</Chip>
  if (report.state === 'closed') return <Chip tone="positive" icon="check">{t('safety.done')}</Chip>
  return <Chip>{report.is_mine ? t('safety.mine') : t('safety.takenBy', { name: report.handler_name ?? '' })}</Chip>
}
