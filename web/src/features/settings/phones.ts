// What the form of the phones holds, and what goes to the server.
import { noTexts, type Texts } from '~/ui'
import type { UrgentHelp } from './queries'

export interface Line {
  id: string
  number: string
  short: string
  name: Texts
  about: Texts
}

export interface Values {
  /** `YYYY-MM-DD`. */
  verified_on: string | null
  lines: Line[]
}

/** The server's bound: it is read by somebody who is not well. */
export const LINES_MAX = 12

/** After so many days the numbers are worth calling again. */
export const CHECK_DAYS = 90

export const newLine = (): Line => ({ id: `l-${crypto.randomUUID().slice(0, 8)}`, number: '', short: '', name: noTexts, about: noTexts })

export const valuesOf = (help: UrgentHelp): Values => ({
  verified_on: help.verified_on,
  lines: help.lines.map((line) => ({ id: line.id, number: line.number, short: line.short ?? '', name: { ...noTexts, ...line.name }, about: { ...noTexts, ...line.about } })),
})

export const bodyOf = ({ verified_on, lines }: Values, version: number): UrgentHelp => ({
  version,
  verified_on: verified_on ?? '',
  lines: lines.map(({ short, ...line }) => ({ ...line, ...(short.trim() !== '' && { short }) })),
})

/** Whole days from one civil date to another. */
export const daysSince = (date: string, today: string): number => Math.round((Date.parse(today) - Date.parse(date)) / 86_400_000)
