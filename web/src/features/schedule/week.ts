// Dates of the calendar, which have no zone, and the shape in which a person edits the week.
import { addDays } from '~/i18n/format'
import type { Settings } from './queries'

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]

/** From when to when, `HH:MM`. An end that is not after the start is meant on the next day; `00:00` ends the day. */
export interface Hours {
  start: string
  end: string
}

type WireHours = Settings['rules'][number]

/** Days since Monday. */
export const weekdayOf = (date: string): number => (new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7

export const mondayOf = (date: string): string => addDays(date, -weekdayOf(date))

export const fromWire = ({ start, end }: Pick<WireHours, 'start' | 'end'>): Hours => ({ start, end: end === '24:00' ? '00:00' : end })

export const toWire = ({ start, end }: Hours) => ({ start, end, end_day_offset: end <= start ? 1 : 0 })

export type Week = Record<Weekday, Hours[]>

/** The rules, day by day. */
export function weekOf(rules: Settings['rules']): Week {
  const week: Week = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] }
  for (const rule of rules) for (const day of weekdays) if (rule.days.includes(day)) week[day].push(fromWire(rule))
  for (const day of weekdays) week[day].sort((one, other) => one.start.localeCompare(other.start))
  return week
}

/** One rule for each line of the editor, in its order, so that a mistake the server names can be shown at its line. */
export const rulesOf = (week: Week): Settings['rules'] => weekdays.flatMap((day) => week[day].map((hours) => ({ days: [day], ...toWire(hours) })))

/** The position among all rules of a day's line. */
export const ruleIndex = (week: Week, day: Weekday, line: number): number => weekdays.slice(0, weekdays.indexOf(day)).reduce((sum, before) => sum + week[before].length, line)
