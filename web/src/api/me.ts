// Who is signed in. `GET /api/me` answers everybody; `person` is absent for nobody.
import { queryOptions, useQuery } from '@tanstack/react-query'
import { setClock } from '~/i18n/clock'
import { read } from './read'
import type { components } from './schema.gen'

export type Me = components['schemas']['Me']
export type Person = components['schemas']['MePerson']
export type Audience = 'employee' | 'specialist' | 'hr' | 'operator'

/** The server's kinds of people, by the screens they see. */
export const audienceOf = (person: Person): Audience =>
  person.kind === 'staff' ? 'operator' : person.kind as Audience

/** Where each audience begins. */
export const homes = { employee: '/today', specialist: '/work/day', hr: '/hr/company', operator: '/desk/live' } as const satisfies Record<Audience, string>

/** Where each audience keeps its own account; its security is at `…/security`. */
export const accounts = { employee: '/me', specialist: '/work/account', hr: '/hr/account', operator: '/desk/account' } as const satisfies Record<Audience, string>

/** Only addresses inside this site are returned to: `//evil.example` and `https:` are not paths. */
export function safeNext(raw: unknown): string | undefined {
  if (typeof raw !== 'string' || !/^\/(?![/\\])/.test(raw)) return undefined
  // Nobody wants to go to the sign-in page; where they wanted to go before is what it carries.
  if (/^\/(sign-in|second-factor)\b/.test(raw)) return safeNext(new URL(raw, 'https://here').searchParams.get('next'))
  return raw
}

/** Without a network it fails at once: the screen behind it then says so, instead of waiting unseen. */
/** Whom the screens that are being left, because the session has ended, still show. */
let lastPerson: Person | undefined

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async () => {
    const me = await read<Me>('/api/me')
    // Now, not when the answer is looked at: a kept one tells a time that has passed.
    setClock(me.now)
    lastPerson = me.person ?? lastPerson
    return me
  },
  staleTime: 5 * 60_000,
  retry: false,
  networkMode: 'always',
})

/** The signed-in person, within the screens of an audience (the guard has asked already). */
export function usePerson(): Person {
  const { data } = useQuery(meQuery)
  const person = data?.person ?? lastPerson
  if (!person) throw new Error('usePerson outside of a guarded screen')
  return person
}

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
