// A screen of one audience opens only for it. The server decides on every request anyway; this spares people a screen of errors.
import type { QueryClient } from '@tanstack/react-query'
import { redirect } from '@tanstack/react-router'
import { homes, meQuery, safeNext, signedInHint, type Audience, type Me } from '~/api/me'
import { asProblem } from '~/api/problem'

/** `beforeLoad` of an audience's layout. */
export const only = (audience: Audience) => async ({ context, location }: { context: { queryClient: QueryClient }; location: { href: string } }): Promise<{ me: Me }> => {
  let me: Me
  try {
    me = await context.queryClient.query(meQuery)
  } catch (error) {
    if (asProblem(error).status !== 401) throw error
    signedInHint.write(false)
    throw redirect({ to: '/sign-in' as never, search: { next: safeNext(location.href) } as never })
  }
  signedInHint.write(true)
  if (me.audience !== audience) throw redirect({ to: homes[me.audience] as never, replace: true })
  return { me }
}
