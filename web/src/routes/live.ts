// What a live event makes stale: its kind → keys of queries to ask again. One line per kind.
import type { QueryClient, QueryKey } from '@tanstack/react-query'
import type { LiveStream } from '~/api/live'

export const staleBy: Record<string, readonly QueryKey[]> = {
  'chat.message': [['threads'], ['messages']],
  'chat.read': [['threads'], ['messages']],
  'safety.changed': [['safety']],
  'approvals.changed': [['approvals']],
  'desk.changed': [['desk', 'live']],
  'catalogue.card': [['card']],
  'catalogue.submitted': [['specialists', 'list']],
  schedule: [['schedule']],
  'booking.changed': [['booking'], ['call'], ['schedule'], ['clients']],
  'appointment.changed': [['booking'], ['call'], ['schedule'], ['clients'], ['after']],
  'call.extended': [['booking'], ['schedule']],
  'call.ended': [['booking'], ['call'], ['schedule'], ['clients']],
  'booking.offered': [['booking']],
}

/** What is recorded is asked by people only. */
const predicate = ({ meta }: { meta: Record<string, unknown> | undefined }): boolean => meta?.['isRecorded'] !== true

/** Binds the stream to the cache: hints make their queries stale, a `reset` makes everything stale. Returns how to unbind. */
export function refreshBy(live: LiveStream, queryClient: Pick<QueryClient, 'invalidateQueries'>, map = staleBy): () => void {
  const bound = Object.entries(map).map(([kind, keys]) =>
    live.on(kind, () => { for (const queryKey of keys) void queryClient.invalidateQueries({ queryKey, predicate }) }))
  bound.push(live.on('reset', () => { void queryClient.invalidateQueries({ predicate }) }))
  // The session may have ended meanwhile: what is on the screen asks, and is told.
  bound.push(live.on('refused', () => { void queryClient.invalidateQueries({ predicate: (query) => predicate(query) && query.queryKey[0] !== 'me' }) }))
  return () => { bound.forEach((unbind) => { unbind() }) }
}
