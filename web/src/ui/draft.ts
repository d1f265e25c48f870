// What was typed and not yet sent, kept in this browser until it is sent. `session` (the default) ends with the tab; `device` outlives it.
// Never for sealed content (notes, answers): those are kept by the server only.
export interface DraftPlace {
  read: () => unknown
  write: (value: unknown) => void
  clear: () => void
}

export function draftPlace(key: string, storage: () => Storage): DraftPlace {
  const name = `draft:${key}`
  const safely = <T>(act: () => T): T | undefined => {
    try {
      return act()
    } catch {
      // Storage forbidden or full: the form works as before, only without a net.
      return undefined
    }
  }
  return {
    read: () => safely(() => JSON.parse(storage().getItem(name) ?? 'null') as unknown),
    write: (value) => { safely(() => { storage().setItem(name, JSON.stringify(value)) }) },
    clear: () => { safely(() => { storage().removeItem(name) }) },
  }
}

/** The draft laid over the initial values: only known fields of the same type, so that an old draft cannot break a newer form. */
export function restore<T extends object>(initial: T, draft: unknown): T {
  if (typeof draft !== 'object' || draft === null || Array.isArray(draft)) return initial
  const saved = draft as Record<string, unknown>
  const kind = (v: unknown) => (Array.isArray(v) ? 'array' : v === null ? 'null' : typeof v)
  const fits = (was: unknown, now: unknown) => kind(was) === kind(now) || was === null || was === undefined || now === null
  const entries = Object.entries(initial).map(([name, was]) => [name, name in saved && fits(was, saved[name]) ? saved[name] : was] as const)
  return Object.fromEntries(entries) as T
}

export const sameValues = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other)
