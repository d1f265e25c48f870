import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { asProblem } from '~/api'
import { ErrorState, ListSkeleton, OfflineState } from './States'

interface Props<T> {
  /** Of `useQuery`, or of `useInfiniteQuery`. */
  query: Pick<UseQueryResult<T>, 'error' | 'fetchStatus'> & { data: T | undefined; refetch: () => unknown }
  children: (data: T) => ReactNode
  skeleton?: ReactNode
  /** What to show instead of an empty result; false when it is not empty. */
  empty?: (data: T) => ReactNode
}

/** The four states of anything asked from the server. Old data stays on the screen while new is asked, or cannot be. */
export function Loaded<T>({ query, children, skeleton = <ListSkeleton />, empty }: Props<T>) {
  const retry = () => { void query.refetch() }
  if (query.data !== undefined) return <>{empty?.(query.data) || children(query.data)}</>
  if (query.fetchStatus === 'paused') return <OfflineState onRetry={retry} />
  if (query.error !== null) {
    const problem = asProblem(query.error)
    return problem.code === 'offline' ? <OfflineState onRetry={retry} /> : <ErrorState problem={problem} onRetry={retry} />
  }
  return <>{skeleton}</>
}
