// A screen of one audience opens only for it. The server decides on every request anyway; this spares people a screen of errors.
import type { QueryClient } from '@tanstack/react-query'
import { redirect } from '@tanstack/react-router'
import { asProblem, meQuery, signedInHint, type Audience, type Me } from '~/api'

/** Where each audience begins. */
export const homes = { employee: '/today', specialist: '/work/day', operator: '/desk/live' } as const satisfies Record<Audience, string>

/** Only addresses inside this site are returned to: `//evil.example` and `https:` are not paths. */
export const safeNext = (raw: unknown): string | undefined =>
  typeof raw === 'string' && /^\/(?![/\\])/.test(raw) ? raw : undefined

/** `beforeLoad` of an audience's layout. */
export const only = (audience: Audience) => async ({ context, location }: { context: { queryClient: QueryClient }; location: { href: string } }): Promise<{ me: Me }> => {
  let me: Me
  try {
    me = await context.queryClient.ensureQueryData(meQuery)
  } catch (error) {
    if (asProblem(error).status !== 401) throw error
    signedInHint.write(false)
    throw redirect({ to: '/sign-in' as never, search: { next: safeNext(location.href) } as never })
  }
  signedInHint.write(true)
  if (me.audience !== audience) throw redirect({ to: homes[me.audience] as never, replace: true })
  return { me }
}
