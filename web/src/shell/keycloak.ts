// Leaving for Keycloak, where it is the deployment's way of signing in: the server names the page, this tab goes there.
import { useQuery } from '@tanstack/react-query'
import { api, data, meQuery, type components } from '~/api'
import { leaveTo } from './leave'

/** Whether people prove who they are at Keycloak. Undefined until the server has said. */
export function useIsKeycloak(): boolean | undefined {
  const { data: me } = useQuery(meQuery)
  return me && me.sign_in === 'keycloak'
}

type Wanted = Promise<components['schemas']['GoTo']>

/** Goes to the page that `wanted` names. */
export const leaveFor = async (wanted: Wanted): Promise<void> => { await leaveTo((await wanted).address) }

export type SetUp = 'passkey' | 'password' | 'totp' | 'recovery_codes'

export const toSetUp = (what: SetUp, next: string): Promise<void> => leaveFor(data(api.POST('/api/auth/keycloak/set-up', { body: { what, next } })))

/** Where to show again who one is; `next`: the page to go on to in the same tab. */
export const stepUpAddress = async (next: string | null): Promise<string> => (await data(api.POST('/api/auth/keycloak/step-up', { body: { next } }))).address

/** Tells the tab that waits for it. */
const channel = 'ponimau:proof'

export function tellProven(): void {
  const told = new BroadcastChannel(channel)
  told.postMessage('shown')
  told.close()
}

/** Calls `onProven` when another tab has shown it. Gives what ends the waiting. */
export function whenProven(onProven: () => void): () => void {
  const heard = new BroadcastChannel(channel)
  heard.onmessage = onProven
  return () => { heard.close() }
}
