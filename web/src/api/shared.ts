// What several screens ask for: once, so that they share what was answered.
import { queryOptions } from '@tanstack/react-query'
import { api, data } from './client'

/**
 * A reading that stands in the record of whom it is about: asked when somebody opens the screen, and never again by itself, neither by a hint
 * (`routes/live.ts`) nor by a window that comes to the front.
 */
export const recorded = { staleTime: Infinity, refetchOnWindowFocus: false, refetchOnReconnect: false, meta: { isRecorded: true } } as const
/** One whose content is forgotten with the screen: kept just long enough for the screen to take over what its loader has asked. */
export const recordedOnce = { ...recorded, gcTime: 10_000 } as const

/** The kinds of help, what is left of each, and whether the person has told what brings them. */
export const categoriesQuery = queryOptions({ queryKey: ['booking', 'categories'], queryFn: () => data(api.GET('/api/categories')) })

/** What is next for the person: a held time, a consultation, one thing to do. */
export const todayQuery = queryOptions({ queryKey: ['booking', 'today'], queryFn: () => data(api.GET('/api/today')) })

/** The code by which one comes back after losing what one signs in with at Keycloak; beside what is known of the ways to prove oneself. */
export const wayBackQuery = queryOptions({ queryKey: ['proofs', 'way-back'], queryFn: () => data(api.GET('/api/me/way-back')) })

/** What the person has told, sealed content: it is forgotten as soon as the screen is left. */
export const intakeQuery = (category: string) => queryOptions({
  queryKey: ['intake', category],
  queryFn: () => data(api.GET('/api/intake', { params: { query: { category } } })),
  gcTime: 0,
  staleTime: Infinity,
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
})

/** One's conversations, and how much of each was not read. */
export const threadsQuery = queryOptions({ queryKey: ['threads'], queryFn: () => data(api.GET('/api/threads', { params: { query: { limit: 100 } } })) })

/** What colleagues ask one another's agreement for. */
export const approvalsQuery = queryOptions({
  queryKey: ['approvals'],
  queryFn: async () => (await data(api.GET('/api/approvals'))).approvals,
})
