import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { api, data, idempotent, useCommand, type components } from '~/api'

export type Consent = components['schemas']['ConsentView']

export const consentsQuery = queryOptions({ queryKey: ['consents'], queryFn: () => data(api.GET('/api/consents')) })
export const recordQuery = queryOptions({ queryKey: ['record-access'], queryFn: () => data(api.GET('/api/me/record-access')) })

export function useGive() {
  const client = useQueryClient()
  return useCommand(
    (body: components['schemas']['ConsentGiven'], key) => data(api.POST('/api/consents', { body, headers: idempotent(key) })),
    { onSettled: () => client.invalidateQueries({ queryKey: ['consents'] }) },
  )
}

export function useWithdraw() {
  const client = useQueryClient()
  return useCommand(
    (purpose: string, key) => data(api.POST('/api/consents/{purpose}/withdraw', { params: { path: { purpose } }, headers: idempotent(key) })),
    { onSettled: () => client.invalidateQueries({ queryKey: ['consents'] }) },
  )
}
