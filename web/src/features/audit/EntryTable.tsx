import { useT } from '~/i18n'
import { cx, Table, When, type Column } from '~/ui'
import { actOf } from './actions'
import styles from './audit.module.css'
import type { Entry, Search } from './queries'
import { wordsOf } from './words'

/** Entries, one a row. A touch on a person or an action looks for more of the same. */
export function EntryTable({ entries, onSearch }: { entries: readonly Entry[]; onSearch: (part: Search) => void }) {
  const t = useT()
  const word = (action: string) => { const act = actOf(action); return act === undefined ? action : t(`audit.does.${act}`) }
  const columns: Column<Entry>[] = [
    { id: 'at', header: t('audit.at'), cell: (e) => <When at={e.at} show="stamp" /> },
    { id: 'actor', header: t('audit.actor'), cell: (e) => <Person id={e.actor ?? null} name={e.actor_name ?? null} role={e.actor_role} onPress={(actor) => { onSearch({ actor }) }} /> },
    { id: 'action', header: t('audit.action'), isRowHeader: true, cell: (e) => <More onPress={() => { onSearch({ action: e.action }) }}>{word(e.action)}</More> },
    { id: 'subject', header: t('audit.subject'), isEmpty: (e) => !e.subject, cell: (e) => <Person id={e.subject ?? null} name={null} onPress={(subject) => { onSearch({ subject }) }} /> },
    { id: 'resource', header: t('audit.resource'), isEmpty: (e) => wordsOf(e.resource, e.detail) === '', cell: (e) => <span className={styles.code}>{wordsOf(e.resource, e.detail)}</span> },
    { id: 'sequence', header: t('audit.sequence'), align: 'end', cell: (e) => e.sequence ?? t('audit.soon') },
  ]
  return <Table label={t('audit.title')} columns={columns} rows={entries} rowKey={(e) => String(e.id)} />
}

const roles = ['employee', 'specialist', 'hr', 'staff', 'company', 'system'] as const
const known = (role: string) => roles.find((one) => one === role)

function Person({ id, name, role, onPress }: { id: string | null; name: string | null; role?: string; onPress: (id: string) => void }) {
  const t = useT()
  if (id === null) return <>{t('audit.system')}</>
  const word = role === undefined ? undefined : known(role)
  return (
    <span className={styles.person}>
      <More isId={name === null} onPress={() => { onPress(id) }}>{name ?? id}</More>
      {role !== undefined && <span className={styles.role}>{word === undefined ? role : t(`audit.role.${word}`)}</span>}
    </span>
  )
}

/** A word of the table that looks for more of the same; narrow, because a table has many. */
const More = ({ children, isId = false, onPress }: { children: string; isId?: boolean; onPress: () => void }) => <button type="button" className={cx(styles.more, isId && styles.id)} onClick={onPress}>{children}</button>
