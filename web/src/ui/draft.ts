// What was typed and not yet sent, kept in this browser until it is sent. `session` (the default) ends with the tab; `device` outlives it.
// Never for sealed content (notes, answers): those are kept by the server only.
export interface DraftPlace {
  read: () => unknown
  write: (value: Draft) => void
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

/** A form as it was left: what it began with, and what stood in it. */
export interface Draft {
  from: object
  values: object
}

type Fields = Readonly<Record<string, unknown>>
const areFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)
const kind = (value: unknown) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value)
const fits = (was: unknown, now: unknown) => kind(was) === kind(now) || was === null || was === undefined || now === null

/**
 * What was typed, laid over the initial values, which may have changed meanwhile: what was left alone follows them. Only known fields of the same
 * type, so that an old draft cannot break a newer form.
 */
export function restore<T extends object>(initial: T, draft: unknown): T {
  if (!areFields(draft) || !areFields(draft['from']) || !areFields(draft['values'])) return initial
  const all = over(initial as Fields, draft['from'], draft['values'])
  return Object.fromEntries(Object.keys(initial).map((name) => [name, all[name]])) as T
}

/** Part by part where a field has parts: texts in three languages, days of a week. */
function over(now: Fields, from: Fields, typed: Fields): Fields {
  const part = (name: string): unknown => {
    const [is, was, wanted] = [now[name], from[name], typed[name]]
    if (isSame(was, wanted) || (name in now && wanted !== undefined && !fits(is, wanted))) return is
    return areFields(is) && areFields(was) && areFields(wanted) ? over(is, was, wanted) : wanted
  }
  return Object.fromEntries([...new Set([...Object.keys(now), ...Object.keys(typed)])].map((name) => [name, part(name)] as const).filter(([, value]) => value !== undefined))
}

export const sameValues = (one: object, other: object): boolean => isSame(one, other)
