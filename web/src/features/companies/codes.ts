// What the form of codes asks for, as the server wants it.
import { parseDate } from '@internationalized/date'
import { ApiProblem, asProblem } from '~/api'
import type { CodeBatch } from './queries'

export interface Wanted {
  label: string
  /** One code for many people, or a code of their own for each. */
  kind: 'shared' | 'single'
  people: number | null
  /** The last day on which they work; none: they never expire. */
  last_day: string | null
}

export const noWish: Wanted = { label: '', kind: 'shared', people: null, last_day: null }

export const mostPeople: Record<Wanted['kind'], number> = { shared: 100_000, single: 1000 }

/** For how many people HR makes a code at least: the refusal of a code for one would tell that the one has come. */
export const FEWEST_OF_HR = 10

/** A day's end is the next one's beginning, by the clock of whoever chose it. */
export const endOf = (day: string, zone: string): string => parseDate(day).add({ days: 1 }).toDate(zone).toISOString()

export function newCodes({ label, kind, people, last_day }: Wanted, zone: string) {
  const count = people ?? 0
  return {
    label: label.trim(),
    count: kind === 'single' ? count : 1,
    max_uses: kind === 'single' ? 1 : count,
    expires_at: last_day === null ? null : endOf(last_day, zone),
  }
}

export const isOneForMany = (batch: CodeBatch): boolean => batch.count === 1 && batch.max_uses > 1

/** The server's fields, as the form calls them. */
const ofForm: Readonly<Record<string, string>> = { '/expires_at': '/last_day', '/max_uses': '/people', '/count': '/people' }

/** A refusal, at the fields there are in the form: only so it is named, and forgotten once the field is mended. */
export function asOfForm(error: unknown): ApiProblem {
  const { status, code, detail, errors, body } = asProblem(error)
  return new ApiProblem(status, code, detail, errors.map((one) => ({ ...one, pointer: ofForm[one.pointer] ?? one.pointer })), body)
}
