// Where one is in the entry, kept with the tab: on a phone, going to the mailbox for a code often throws the page away.
import { useState } from 'react'

const PREFIX = 'entry:'

function safely<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    // Storage forbidden or broken: then only a reload begins anew.
    return undefined
  }
}

/** Like `useState`, and over reloads of the tab; `isIt` guards against what an older version has left there. */
export function useKept<T extends object>(name: string, isIt: (value: unknown) => value is T): readonly [T | undefined, (value: T | undefined) => void] {
  const place = PREFIX + name
  const [value, setValue] = useState<T | undefined>(() => {
    const found = safely(() => JSON.parse(sessionStorage.getItem(place) ?? 'null') as unknown)
    return isIt(found) ? found : undefined
  })
  const set = (next: T | undefined) => {
    setValue(next)
    safely(() => { if (next) sessionStorage.setItem(place, JSON.stringify(next)); else sessionStorage.removeItem(place) })
  }
  return [value, set]
}

/** What the tab keeps of entries has done its part: whoever comes after begins their own. */
export function forgetKept(): void {
  safely(() => {
    for (const place of Object.keys(sessionStorage)) if (place.startsWith(PREFIX)) sessionStorage.removeItem(place)
  })
}

/** A first entry that was left at Keycloak: with whose page it goes on, and by what it is kept. */
const entries = [
  { name: 'company-code', href: () => '/enter?by=code' },
  { name: 'mailed-ticket', href: () => '/enter?by=email' },
  { name: 'pass', href: () => '/enter?by=pass' },
  { name: 'invited', href: (kept: Record<string, unknown>) => `/invitation#${String(kept['token'])}` },
] as const

/** Where a first entry that was begun in this tab goes on: what was proven, and the name that was given, are kept. */
export function unfinished(): string | undefined {
  for (const { name, href } of entries) {
    const kept = safely(() => JSON.parse(sessionStorage.getItem(PREFIX + name) ?? 'null') as unknown)
    if (hasTexts(kept, ['name'])) return href(kept as Record<string, unknown>)
  }
  return undefined
}

/** Whether all of `names` are texts in it. */
export const hasTexts = (value: unknown, names: readonly string[]): boolean =>
  typeof value === 'object' && value !== null && names.every((name) => typeof (value as Record<string, unknown>)[name] === 'string')
