// What is looked for, as it stands in the address of the page. Names of people do not: they are kept in the tab's history.
import { statuses, type Search, type Status } from './queries'

const DATE = /^\d{4}-\d\d-\d\d$/
const isStatus = (raw: unknown): raw is Status => statuses.includes(raw as Status)

const part = (raw: unknown): string | undefined => (typeof raw === 'string' && raw.trim() !== '' ? raw.trim() : undefined)

/** A date of the calendar; a year that nobody means, half typed, is none. */
const date = (raw: unknown): string | undefined => {
  const text = part(raw)
  return text !== undefined && DATE.test(text) && text > '2000' && !Number.isNaN(Date.parse(text)) ? text : undefined
}

export function searchOf(raw: Record<string, unknown>): Search {
  const found = { specialist: part(raw['specialist']), status: isStatus(raw['status']) ? raw['status'] : undefined, from: date(raw['from']), to: date(raw['to']), name: part(raw['name']) }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

/** The part that may stand in an address. */
export const addressOf = ({ name: _, ...rest }: Search): Omit<Search, 'name'> => rest

/** The number of a booking within whatever was pasted: a link from a mail, or the number alone. */
export const numberIn = (text: string): string | undefined => /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(text)?.[0].toLowerCase()
