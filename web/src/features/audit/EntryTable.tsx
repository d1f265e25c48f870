import { useT } from '~/i18n'
import { Table, When, type Column } from '~/ui'
import styles from './audit.module.css'
import type { Entry, Search } from './queries'

/** Entries, one a row. A touch on a person or an action looks for more of the same. */
export function EntryTable({ entries, onSearch }: { entries: readonly Entry[]; onSearch: (part: Search) => void }) {
  const t = useT()
  const columns: Column<Entry>[] = [
    { id: 'at', header: t('audit.at'), cell: (e) => <When at={e.at} show="stamp" /> },
    { id: 'actor', header: t('audit.actor'), cell: (e) => <Person id={e.actor ?? null} name={e.actor_name ?? null} role={e.actor_role} onPress={(actor) => { onSearch({ actor }) }} /> },
    { id: 'action', header: t('audit.action'), isRowHeader: true, cell: (e) => <More onPress={() => { onSearch({ action: e.action }) }}>{e.action}</More> },
    { id: 'subject', header: t('audit.subject'), cell: (e) => (e.subject ? <Person id={e.subject} name={null} onPress={(subject) => { onSearch({ subject }) }} /> : t('audit.nobody')) },
    { id: 'resource', header: t('audit.resource'), cell: (e) => <span className={styles.code}>{[e.resource, ...details(e.detail)].filter(Boolean).join(' · ')}</span> },
    { id: 'sequence', header: t('audit.sequence'), align: 'end', cell: (e) => e.sequence ?? t('audit.soon') },
  ]
  return <Table label={t('audit.title')} columns={columns} rows={entries} rowKey={(e) => String(e.id)} />
}

const details = (detail: Record<string, unknown>): string[] => Object.entries(detail).map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)

function Person({ id, name, role, onPress }: { id: string | null; name: string | null; role?: string; onPress: (id: string) => void }) {
  const t = useT()
  if (id === null) return <>{t('audit.system')}</>
  return (
    <span className={styles.person}>
      <More onPress={() => { onPress(id) }}>{name ?? id}</More>
      {role !== undefined && <span className={styles.role}>{role}</span>}
    </span>
  )
}

/** A word of the table that looks for more of the same; narrow, because a table has many. */
const More = ({ children, onPress }: { children: string; onPress: () => void }) => <button type="button" className={styles.more} onClick={onPress}>{children}</button>
