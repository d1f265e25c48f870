import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { accounts, api, audienceOf, data, meQuery, usePerson, type Audience, type components } from '~/api'
import { useIsKeycloak } from '~/shell/keycloak'

export type Account = components['schemas']['AccountView']
export type Preferences = components['schemas']['PreferencesView']
export type Factors = components['schemas']['FactorList']
export type Passkey = components['schemas']['PasskeyView']
export type Session = components['schemas']['SessionView']

export const accountQuery = queryOptions({ queryKey: ['account'], queryFn: () => data(api.GET('/api/me/account')) })
export const preferencesQuery = queryOptions({ queryKey: ['notifications'], queryFn: () => data(api.GET('/api/me/notifications')) })
/** Beside what is known of the ways to prove oneself (shell/proof): both are stale together. */
export const factorsQuery = queryOptions({ queryKey: ['proofs', 'factors'], queryFn: () => data(api.GET('/api/me/factors')) })
export const sessionsQuery = queryOptions({ queryKey: ['own-sessions'], queryFn: () => data(api.GET('/api/me/sessions')) })

/** Takes the server's answer to a change, and forgets what else has changed by it. */
export function useKeep() {
  const client = useQueryClient()
  return {
    account: (account: Account) => {
      client.setQueryData(accountQuery.queryKey, account)
      return Promise.all([client.invalidateQueries({ queryKey: meQuery.queryKey }), client.invalidateQueries({ queryKey: ['proofs'] })])
    },
    factors: (factors: Factors) => { client.setQueryData(factorsQuery.queryKey, factors) },
    sessions: (sessions: Session[]) => { client.setQueryData(sessionsQuery.queryKey, sessions) },
    /** Something about proofs has changed, and the answer did not say what it is now. */
    proofs: () => Promise.all([client.invalidateQueries({ queryKey: ['proofs'] }), client.invalidateQueries({ queryKey: accountQuery.queryKey })]),
  }
}

/** Whose account it is, where its pages are, and whether its person must always show a second factor. */
export function useAudience(): { audience: Audience; home: (typeof accounts)[Audience]; isStrict: boolean } {
  const audience = audienceOf(usePerson())
  const isKeycloak = useIsKeycloak() === true
  return { audience, home: accounts[audience], isStrict: audience === 'operator' || audience === 'hr' || (isKeycloak && audience === 'specialist') }
}

/** Whether the person's mail can reach them at all. */
export const useHasEmail = (): boolean | undefined => {
  const { data: account } = useQuery(accountQuery)
  return account && account.email != null
}
