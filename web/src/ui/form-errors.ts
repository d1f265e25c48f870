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

/** Errors without those of one field: it has just been changed. */
export const without = (errors: FieldErrors, path: string): FieldErrors =>
  Object.fromEntries(Object.entries(errors).filter(([at]) => at !== path && !at.startsWith(`${path}/`)))
