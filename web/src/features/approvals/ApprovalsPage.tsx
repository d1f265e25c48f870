// What takes two of the staff: one asks and says why, another agrees, and for an hour the first may do it.
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { approvalsQuery, type Loader } from '~/api'
import { usePerson } from '~/api/me'
import { useT } from '~/i18n'
import { Banner, Button, EmptyState, Loaded, PageHeader, Section, Stack } from '~/ui'
import { ApprovalCard } from './ApprovalCard'
import { AskDialog, type Wanted } from './AskDialog'
import type { Approval } from './queries'

export const loader: Loader = ({ queryClient }) => queryClient.query(approvalsQuery)

export default function ApprovalsPage() {
  const t = useT()
  const navigate = useNavigate()
  const { capabilities } = usePerson()
  const wanted = wantedOf(useSearch({ strict: false }))
  const query = useQuery(approvalsQuery)
  const look = (search: Record<string, string>) => { void navigate({ to: '/desk/approvals', search: search as never, replace: true }) }
  return (
    <>
      <PageHeader
        title={t('approvals.title')} lead={t('approvals.lead')}
        actions={capabilities.some((one) => one === 'admin' || one === 'auditor') && <Button icon="download" onPress={() => { look({ ask: 'audit' }) }}>{t('approvals.ask.audit_export')}</Button>}
      />
      <Stack gap={6}>
        <Banner tone="private">{t('approvals.private')}</Banner>
        <Loaded query={query} empty={(all) => all.length === 0 && <EmptyState icon="check" title={t('approvals.none')}><p>{t('approvals.none.lead')}</p></EmptyState>}>
          {(all) => <Parts all={all} />}
        </Loaded>
      </Stack>
      <AskDialog wanted={wanted} onClose={() => { look({}) }} />
    </>
  )
}

/** Reports send here with what is asked for in the address. */
function wantedOf(search: Record<string, unknown>): Wanted | undefined {
  if (typeof search['report'] === 'string') return { kind: 'contact', report: search['report'] }
  return search['ask'] === 'audit' ? { kind: 'audit_export' } : undefined
}

const isNow = ({ state }: Approval) => state === 'waiting' || state === 'open'

function Parts({ all }: { all: readonly Approval[] }) {
  const t = useT()
  const parts = [
    { title: t('approvals.forMe'), rows: all.filter((one) => one.may_decide) },
    { title: t('approvals.mine'), rows: all.filter((one) => one.is_mine && isNow(one)) },
    { title: t('approvals.rest'), rows: all.filter((one) => !one.may_decide && !(one.is_mine && isNow(one))) },
  ]
  return (
    <>
      {parts.filter(({ rows }) => rows.length > 0).map(({ title, rows }) => (
        <Section key={title} title={title}>
          <Stack gap={4}>{rows.map((one) => <ApprovalCard key={one.id} approval={one} />)}</Stack>
        </Section>
      ))}
    </>
  )
}
