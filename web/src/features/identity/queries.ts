import { queryOptions } from '@tanstack/react-query'
import { api, data, type components } from '~/api'

export type DemoPerson = components['schemas']['DemoPersonView']
export type SignInStep = components['schemas']['SignInStep']

/** Whom one may try the demo as; asked only where `/api/me` says that this is a demo. */
export const demoPeopleQuery = queryOptions({
  queryKey: ['demo-people'],
  queryFn: () => data(api.GET('/api/demo/people')),
  staleTime: Infinity,
})

/** What is known of one's own account: among it, whether it began with a pass. */
export const accountQuery = queryOptions({ queryKey: ['account'], queryFn: () => data(api.GET('/api/me/account')) })
