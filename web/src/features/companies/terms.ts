// A contract's terms as the form holds them, and what a change of them means.
import type { Contract } from './queries'

export interface Line {
  category_id: string
  /** As typed: what the change means is told while it is being typed, and not on leaving the field, when a click is on its way elsewhere. */
  sessions: string
}

/** What is typed, if it is a whole number. */
export const sessionsOf = ({ sessions }: Line): number | null => (/^\d{1,4}$/.test(sessions.trim()) ? Number(sessions) : null)

export interface Terms {
  number: string
  starts_on: string | null
  ends_on: string | null
  coverage: Line[]
}

export const noTerms: Terms = { number: '', starts_on: null, ends_on: null, coverage: [] }

export const termsOf = ({ number, starts_on, ends_on, coverage }: Contract): Terms => ({
  number,
  starts_on,
  ends_on,
  coverage: coverage.map(({ category_id, sessions_per_year }) => ({ category_id, sessions: String(sessions_per_year) })),
})

/** What the contract's people lose or gain by the change, one fact each. */
export type Consequence =
  | { kind: 'starts' | 'ends'; from: string; to: string }
  | { kind: 'added'; category: string; sessions: number }
  | { kind: 'removed'; category: string }
  | { kind: 'fewer' | 'more'; category: string; from: number; to: number }

export function consequences(before: Contract, after: Terms): Consequence[] {
  const found: Consequence[] = []
  if (after.starts_on !== null && after.starts_on !== before.starts_on) found.push({ kind: 'starts', from: before.starts_on, to: after.starts_on })
  if (after.ends_on !== null && after.ends_on !== before.ends_on) found.push({ kind: 'ends', from: before.ends_on, to: after.ends_on })
  for (const { category_id: category, sessions_per_year: from } of before.coverage) {
    const line = after.coverage.find((one) => one.category_id === category)
    const to = line && sessionsOf(line)
    if (!line) found.push({ kind: 'removed', category })
    else if (to != null && to !== from) found.push({ kind: to < from ? 'fewer' : 'more', category, from, to })
  }
  for (const line of after.coverage) {
    const sessions = sessionsOf(line)
    const isNew = !before.coverage.some((one) => one.category_id === line.category_id)
    if (sessions !== null && isNew) found.push({ kind: 'added', category: line.category_id, sessions })
  }
  return found
}
