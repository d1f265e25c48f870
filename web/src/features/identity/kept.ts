// Where one is in the entry, kept with the tab: on a phone, going to the mailbox for a code often throws the page away.
import { useState } from 'react'

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
  const place = `entry:${name}`
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

/** Whether all of `names` are texts in it. */
export const hasTexts = (value: unknown, names: readonly string[]): boolean =>
  typeof value === 'object' && value !== null && names.every((name) => typeof (value as Record<string, unknown>)[name] === 'string')
