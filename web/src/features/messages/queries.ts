import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, data, type components } from '~/api'

export type Thread = components['schemas']['ChatThread']
export type Message = components['schemas']['ChatMessage']

export const threadQuery = (id: string) =>
  queryOptions({ queryKey: ['threads', id], queryFn: () => data(api.GET('/api/threads/{id}', { params: { path: { id } } })) })

/** Pages of a thread, the newest page first; within a page the newest message last. */
export const messagesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['messages', id],
    queryFn: ({ pageParam }) => data(api.GET('/api/threads/{id}/messages', { params: { path: { id }, query: { limit: 50, before: pageParam } } })),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => (page.has_earlier ? page.messages[0]?.number : undefined),
  })
