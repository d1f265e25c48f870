import type { ApiProblem, FieldProblem } from '~/api'

/** Texts by field path: `email`, `rules/0/start`. */
export type FieldErrors = Readonly<Record<string, string>>

/** `?name` is a query parameter; `#/rules/0/start` or `/rules/0/start` → `rules/0/start` (RFC 6901 escapes undone; in a fragment also percent signs). */
export function pathOf(pointer: string): string {
  if (pointer.startsWith('?')) return pointer.slice(1)
  const plain = pointer.startsWith('#') ? decodeURIComponent(pointer.slice(1)) : pointer
  return plain.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')).join('/')
}

export const errorsOf = (problem: ApiProblem | null): FieldErrors =>
  Object.fromEntries((problem?.errors ?? []).map((error: FieldProblem) => [pathOf(error.pointer), error.detail]))

/** The error of a field: its own, or of anything within it when the form has no finer field. */
export function errorOf(errors: FieldErrors, path: string): string | undefined {
  return errors[path] ?? Object.entries(errors).find(([at]) => at.startsWith(`${path}/`))?.[1]
}

/** Errors without those of one field and its parts. */
export const without = (errors: FieldErrors, path: string): FieldErrors =>
  Object.fromEntries(Object.entries(errors).filter(([at]) => at !== path && !at.startsWith(`${path}/`)))

const within = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((part, step) => (typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[step] : undefined), value)

/**
 * Errors that still hold after the field `path` went from one value to another: of a field with parts (a text in three languages, a list of
 * questions) only what was really touched is no longer wrong.
 */
export const stillWrong = (errors: FieldErrors, path: string, before: unknown, after: unknown): FieldErrors =>
  Object.fromEntries(Object.entries(errors).filter(([at]) => {
    if (at === path) return false
    if (!at.startsWith(`${path}/`)) return true
    const steps = at.slice(path.length + 1).split('/')
    const now = within(after, steps)
    return now !== undefined && within(before, steps) === now
  }))
