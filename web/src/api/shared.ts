// What several screens ask for: once, so that they share what was answered.
import { queryOptions } from '@tanstack/react-query'
import { api, data } from './client'

/** The kinds of help, what is left of each, and whether the person has told what brings them. */
export const categoriesQuery = queryOptions({ queryKey: ['booking', 'categories'], queryFn: () => data(api.GET('/api/categories')) })

/** What is next for the person: a held time, a consultation, one thing to do. */
export const todayQuery = queryOptions({ queryKey: ['booking', 'today'], queryFn: () => data(api.GET('/api/today')) })

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
