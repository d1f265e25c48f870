import type { QueryClient } from '@tanstack/react-query'
import type { AnyRouter } from '@tanstack/react-router'
import { safeNext } from '~/api/me'

/** The session ended while the person was here: they sign in again and come back to the same place. */
export function toSignIn(queryClient: QueryClient, router: AnyRouter): void {
  // Of several questions that are refused the first one leads there: by a later one the door would forget what it has just been told.
  if (router.state.location.pathname === '/sign-in') return
  queryClient.removeQueries({ queryKey: ['me'] })
  const next = safeNext(router.state.location.href)
  void router.navigate({ to: '/sign-in', search: { next, from: 'ended' } as never })
}
