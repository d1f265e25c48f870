import { queryOptions } from '@tanstack/react-query'
import { api, data, type components } from '~/api'

export type Sso = components['schemas']['CompanySso']
export type SsoSignIn = components['schemas']['SsoSignIn']

/** While Keycloak is told of a change, one looks again soon. */
const SOON_MS = 2_000

export const ssoQuery = (id: string) =>
  queryOptions({
    queryKey: ['companies', 'sso', id],
    queryFn: () => data(api.GET('/api/operator/companies/{id}/sso', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.state === 'waiting' ? SOON_MS : false),
  })
