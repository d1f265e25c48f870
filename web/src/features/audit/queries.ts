import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, data, type components } from '~/api'

export type StaffMember = components['schemas']['StaffMember']
export type Entry = components['schemas']['AuditLine']

export interface Search {
  actor?: string
  subject?: string
  action?: string
}

export const entriesQuery = (search: Search) =>
  infiniteQueryOptions({
    queryKey: ['audit', search],
    queryFn: ({ pageParam }) => data(api.GET('/api/audit', { params: { query: { ...search, limit: 50, after: pageParam } } })),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => (page.has_more ? page.entries.at(-1)?.id : undefined),
    // Searching for a person is itself recorded: not again at every glance.
    refetchOnWindowFocus: false,
  })

/** Whoever reads the log may see who is of the staff (docs/policy.md: SeeStaff), also who no longer is. */
export const staffQuery = queryOptions({ queryKey: ['audit-staff'], queryFn: () => data(api.GET('/api/staff')) })

export const headQuery = queryOptions({ queryKey: ['audit-head'], queryFn: () => data(api.GET('/api/audit/chain')) })

export const verify = () => data(api.GET('/api/audit/verification'))
