// What a live event makes stale: kind (or its first part) → keys of queries to ask again. One line per kind.
import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { covers, type LiveEvent } from '~/api/live'

export const staleBy: Record<string, readonly QueryKey[]> = {
  'identity': [['me']],
}

/** `live.reset` means that events were lost: everything may be stale. */
export function keysMadeStale(kind: string, map = staleBy): readonly QueryKey[] | 'all' {
  if (kind === 'live.reset') return 'all'
  return Object.entries(map).flatMap(([topic, keys]) => (covers(topic, kind) ? keys : []))
}

export function refreshOn(queryClient: QueryClient, event: LiveEvent): void {
  const keys = keysMadeStale(event.kind)
  if (keys === 'all') void queryClient.invalidateQueries()
  else for (const queryKey of keys) void queryClient.invalidateQueries({ queryKey })
}
