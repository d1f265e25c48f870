// What a live event makes stale: its kind → keys of queries to ask again. One line per kind.
import type { QueryClient, QueryKey } from '@tanstack/react-query'
import type { LiveStream } from '~/api/live'

export const staleBy: Record<string, readonly QueryKey[]> = {
  'booking.changed': [['booking']],
  'booking.offered': [['booking']],
}

/** Binds the stream to the cache: hints make their queries stale, a `reset` makes everything stale. */
export function refreshBy(live: LiveStream, queryClient: Pick<QueryClient, 'invalidateQueries'>, map = staleBy): void {
  live.on('reset', () => { void queryClient.invalidateQueries() })
  for (const [kind, keys] of Object.entries(map)) {
    live.on(kind, () => { for (const queryKey of keys) void queryClient.invalidateQueries({ queryKey }) })
  }
}
