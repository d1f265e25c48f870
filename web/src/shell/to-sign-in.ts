import type { QueryClient } from '@tanstack/react-query'
import type { AnyRouter } from '@tanstack/react-router'
import { safeNext } from '~/api/me'

/** The session ended while the person was here: they sign in again and come back to the same place. */
export function toSignIn(queryClient: QueryClient, router: AnyRouter): void {
  queryClient.removeQueries({ queryKey: ['me'] })
  const next = safeNext(router.state.location.href)
  void router.navigate({ to: '/sign-in', search: { next } as never })
}
