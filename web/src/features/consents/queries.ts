import { queryOptions, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { api, categoriesQuery, data, idempotent, useCommand, type components } from '~/api'

export type Consent = components['schemas']['ConsentView']

export const consentsQuery = queryOptions({ queryKey: ['consents'], queryFn: () => data(api.GET('/api/consents')) })
export const recordQuery = queryOptions({ queryKey: ['record-access'], queryFn: () => data(api.GET('/api/me/record-access')) })

/** One's own account: the same that the page of the account keeps. */
export const ownAccountQuery = queryOptions({ queryKey: ['account'], queryFn: () => data(api.GET('/api/me/account')) })

/** What the employer learns depends on whether one signs in through it. */
export const employerText = (account: components['schemas']['AccountView'] | undefined) => (account?.is_by_sso ? 'consents.employer.sso' : 'consents.employer')

/** What was agreed to also decides what is kept of what one tells. */
const refresh = (client: QueryClient) => Promise.all([['consents'], categoriesQuery.queryKey, ['intake']].map((queryKey) => client.invalidateQueries({ queryKey })))

export function useGive() {
  const client = useQueryClient()
  return useCommand(
    (body: components['schemas']['ConsentGiven'], key) => data(api.POST('/api/consents', { body, headers: idempotent(key) })),
    { onSettled: () => refresh(client) },
  )
}

export function useWithdraw() {
  const client = useQueryClient()
  return useCommand(
    (purpose: string, key) => data(api.POST('/api/consents/{purpose}/withdraw', { params: { path: { purpose } }, headers: idempotent(key) })),
    { onSettled: () => refresh(client) },
  )
}
