// Steps of signing in at Keycloak.
import { queryOptions } from '@tanstack/react-query'
import { api, data, type components } from '~/api'
import { leaveFor } from '~/shell/keycloak'
import { deviceZone } from '../commands'

export type Kind = 'employee' | 'specialist' | 'hr' | 'staff'
export type EntryProof = components['schemas']['EntryProof']
export type Way = 'passkey' | 'password' | 'existing'
export type Step = components['schemas']['KeycloakStep']

/** `demoPerson`: whom of the demo's people to fill in there. */
export const signIn = (kind: Kind, next: string | undefined, demoPerson?: string): Promise<void> =>
  leaveFor(data(api.POST('/api/auth/keycloak', { body: { kind, next: next ?? null, demo_person_id: demoPerson ?? null } })))

/** What became of the sign-in for which this browser was last sent to Keycloak. Told once. */
export const givenUpQuery = queryOptions({
  queryKey: ['given-up'], queryFn: () => data(api.POST('/api/auth/keycloak/given-up')), staleTime: Infinity, retry: false,
})

/** Straight to the sign-in of the company whose address this is. */
export const signInAtWork = (address: string, next?: string): Promise<void> =>
  leaveFor(data(api.POST('/api/auth/keycloak', { body: { kind: 'employee', work_address: address, next: next ?? null } })))

export const enterByCompany = (entry: string, name: string): Promise<Step> =>
  data(api.POST('/api/auth/keycloak/enter/company', { body: { entry_id: entry, display_name: name, time_zone: deviceZone() } }))

export const toCompany = (entry: string): Promise<void> => leaveFor(data(api.POST('/api/auth/keycloak/company', { body: { entry_id: entry } })))

/** A newcomer: what they come with, and what they say of themselves. */
export interface Newcomer {
  proof: EntryProof
  name: string
  zone?: string
  /** Signing in at a company leads somewhere. */
  isAtWork: boolean
}

export const enter = ({ proof, name, zone }: Newcomer, way: Way, address?: { challenge_id: string; code: string }): Promise<void> =>
  leaveFor(data(api.POST('/api/auth/keycloak/enter', { body: { proof, display_name: name, time_zone: zone ?? deviceZone(), way, address: address ?? null } })))

/** As somebody who signs in at a company already: what they come with is added to that account. */
export const enterAtWork = ({ proof, name, zone }: Newcomer, address: string): Promise<void> =>
  leaveFor(data(api.POST('/api/auth/keycloak/enter', { body: { proof, display_name: name, time_zone: zone ?? deviceZone(), way: 'existing', work_address: address } })))

export const askForAddress = (proof: EntryProof, email: string) => data(api.POST('/api/auth/keycloak/enter/address', { body: { proof, email } }))

export const chooseWay = (entry: string, way: 'passkey' | 'password'): Promise<void> =>
  leaveFor(data(api.POST('/api/auth/keycloak/enter/way', { body: { entry_id: entry, way } })))

/** What Keycloak has added to the address; the server looks at it. */
export function broughtBy(search: Record<string, unknown>): components['schemas']['KeycloakAnswer'] {
  const text = (name: string): string | null => {
    const value = search[name]
    return typeof value === 'string' ? value : null
  }
  // Whoever comes here without anything is answered like whoever comes too late.
  return { state: text('state') ?? 'none', iss: text('iss') ?? 'none', code: text('code'), error: text('error'), action_status: text('kc_action_status') }
}

export const answer = (brought: components['schemas']['KeycloakAnswer']): Promise<Step> => data(api.POST('/api/auth/keycloak/answer', { body: brought }))
