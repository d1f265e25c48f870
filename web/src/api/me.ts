// Who is signed in. `GET /api/me` answers 401 to nobody.
import { queryOptions } from '@tanstack/react-query'
import type { Lang } from '~/i18n'
import { read } from './read'

export type Audience = 'employee' | 'specialist' | 'operator'

export interface Me {
  id: string
  audience: Audience
  /** Of the operator's staff: support, safety, catalogue, finance, admin. Empty for others. */
  roles: string[]
  display_name: string
  lang: Lang
  /** IANA zone; what every time on the screen is shown in. */
  zone: string
}

/** Where each audience begins. */
export const homes = { employee: '/today', specialist: '/work/day', operator: '/desk/live' } as const satisfies Record<Audience, string>

/** Only addresses inside this site are returned to: `//evil.example` and `https:` are not paths. */
export const safeNext = (raw: unknown): string | undefined =>
  typeof raw === 'string' && /^\/(?![/\\])/.test(raw) ? raw : undefined

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: () => read<Me>('/api/me'), staleTime: 5 * 60_000, retry: false })

/** A hint that somebody is signed in on this device: the landing page then asks the server, and only then. */
export const signedInHint = {
  read: (): boolean => safely(() => localStorage.getItem('signed-in') === '1', false),
  write: (yes: boolean): void => {
    safely(() => { if (yes) localStorage.setItem('signed-in', '1'); else localStorage.removeItem('signed-in') }, undefined)
  },
}

function safely<T>(act: () => T, otherwise: T): T {
  try {
    return act()
  } catch {
    return otherwise
  }
}
