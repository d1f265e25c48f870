import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, data, recordedOnce, type components } from '~/api'

export type Report = components['schemas']['SafetyReport']
export type OpenedReport = components['schemas']['OpenedSafetyReport']

export const reportsQuery = (closed: boolean) =>
  infiniteQueryOptions({
    queryKey: ['safety', 'list', closed],
    queryFn: ({ pageParam }) => data(api.GET('/api/safety-reports', { params: { query: { closed, limit: 50, after: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (page.has_more ? page.reports.at(-1)?.id : undefined),
  })

export const reportQuery = (id: string) =>
  queryOptions({ queryKey: ['safety-report', id], queryFn: () => data(api.GET('/api/safety-reports/{id}', { params: { path: { id } } })), ...recordedOnce })
