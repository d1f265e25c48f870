import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { Loader } from '~/api'
import { useT } from '~/i18n'
import { Banner, EmptyState, Loaded, LoadMore, PageHeader, Stack, Tabs } from '~/ui'
import { reportsQuery } from './queries'
import { ReportTable } from './ReportTable'

export const loader: Loader = ({ queryClient, search }) => queryClient.infiniteQuery(reportsQuery(search['show'] === 'closed'))

/** The safety role's queue: what waits, and for how long. What a report says is not in the list. */
export default function SafetyPage() {
  const t = useT()
  const navigate = useNavigate()
  const search: Record<string, unknown> = useSearch({ strict: false })
  const value = search['show'] === 'closed' ? 'closed' : 'waiting'
  return (
    <>
      <PageHeader title={t('safety.title')} lead={t('safety.lead')} />
      <Stack gap={5}>
        <Banner tone="private">{t('safety.private')}</Banner>
        <Tabs
          label={t('safety.title')} value={value}
          onChange={(next) => { void navigate({ to: '/desk/safety', search: (next === 'closed' ? { show: 'closed' } : {}) as never }) }}
          items={[
            { id: 'waiting', label: t('safety.waiting'), content: <Reports closed={false} /> },
            { id: 'closed', label: t('safety.closed'), content: <Reports closed /> },
          ]}
        />
      </Stack>
    </>
  )
}

function Reports({ closed }: { closed: boolean }) {
  const t = useT()
  const query = useInfiniteQuery(reportsQuery(closed))
  return (
    <Loaded query={query} empty={(all) => all.pages[0]?.reports.length === 0 && <EmptyState icon="safety" title={closed ? t('safety.noneClosed') : t('safety.none')} />}>
      {(all) => (
        <Stack gap={4}>
          <ReportTable reports={all.pages.flatMap((page) => page.reports)} />
          {query.hasNextPage && <LoadMore isPending={query.isFetchingNextPage} onPress={() => { void query.fetchNextPage() }} />}
        </Stack>
      )}
    </Loaded>
  )
}
