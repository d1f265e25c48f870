import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, data, type components } from '~/api'

export type Report = components['schemas']['SafetyReport']
export type OpenedReport = components['schemas']['OpenedSafetyReport']

export const reportsQuery = (closed: boolean) =>
  infiniteQueryOptions({
    queryKey: ['safety', 'list', closed],
    queryFn: ({ pageParam }) => data(api.GET('/api/safety-reports', { params: { query: { closed, limit: 50, after: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (page.has_more ? page.reports.at(-1)?.id : undefined),
  })

/** Each asking is in the person's record of access, so it is not repeated for nothing; and what it says is kept no longer than
 * the page needs to take over what its loader has asked. */
export const reportQuery = (id: string) =>
  queryOptions({ queryKey: ['safety-report', id], queryFn: () => data(api.GET('/api/safety-reports/{id}', { params: { path: { id } } })), gcTime: 10_000, staleTime: Infinity, refetchOnWindowFocus: false, refetchOnReconnect: false })
