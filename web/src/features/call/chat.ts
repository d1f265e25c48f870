// Text beside the talk. It is the same thread that both have under "Messages": nothing written in a call is lost with it.
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, data, idempotent, useCommand, type components } from '~/api'
import { otherQuery } from './queries'

export type Message = components['schemas']['ChatMessage']

const SHOWN = 50

/** The thread with `other`, if there is one yet. */
const threadQuery = (other: string | null | undefined) =>
  queryOptions({
    queryKey: ['threads', 'with', other],
    queryFn: async () => {
      const { threads } = await data(api.GET('/api/threads', { params: { query: { limit: 100 } } }))
      return threads.find((thread) => thread.with.id === other)?.id ?? null
    },
    enabled: typeof other === 'string',
  })

/** The newest messages. Under `['messages', id]`, so that a hint about the thread makes them stale too (routes/live.ts). */
const messagesQuery = (thread: string | null | undefined) =>
  queryOptions({
    queryKey: ['messages', thread, 'in-call'],
    queryFn: () => data(api.GET('/api/threads/{id}/messages', { params: { path: { id: thread ?? '' }, query: { limit: SHOWN } } })),
    enabled: typeof thread === 'string',
  })

/** The conversation of this call's two people. `isRead`: the person looks at it now. */
export function useChat(appointment: string, party: string, isRead: boolean) {
  const queryClient = useQueryClient()
  const other = useQuery(otherQuery(appointment, party))
  const thread = useQuery(threadQuery(other.data))
  const page = useQuery(messagesQuery(thread.data))
  const messages = page.data?.messages ?? []
  const send = useCommand(async (text: string, key) => {
    // The first message opens the thread: nobody finds an empty one among their messages.
    const id = thread.data ?? (await openThread(other.data ?? ''))
    return data(api.POST('/api/threads/{id}/messages', { params: { path: { id } }, body: { text }, headers: idempotent(key) }))
  }, {
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['threads'] })
      await queryClient.invalidateQueries({ queryKey: ['messages'] })
    },
  })
  const unread = messages.filter((message) => !message.is_mine && !message.read_at)
  useReading(thread.data, isRead ? unread.at(-1)?.number : undefined)
  return { messages, send, isReady: other.data !== undefined, hasUnread: unread.length > 0 }
}

/** Opening a thread that is there only finds it, so each attempt may have a key of its own. */
async function openThread(other: string): Promise<string> {
  const thread = await data(api.POST('/api/threads', { body: { with: other }, headers: idempotent(crypto.randomUUID()) }))
  return thread.id
}

/** Tells the server up to where one has read. */
function useReading(thread: string | null | undefined, number: number | undefined): void {
  const queryClient = useQueryClient()
  const { mutate } = useCommand(({ id, upTo }: { id: string; upTo: number }, key) =>
    data(api.POST('/api/threads/{id}/read', { params: { path: { id } }, body: { number: upTo }, headers: idempotent(key) })), {
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['messages'] }),
  })
  useEffect(() => {
    if (typeof thread === 'string' && number !== undefined) mutate({ id: thread, upTo: number })
  }, [thread, number, mutate])
}
