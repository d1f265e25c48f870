// What is looked for, in the address: a search can be left and returned to. But what somebody comes with is nobody’s business, and addresses stand in
// the logs of an employer’s network: topics are kept in the tab’s history.
import { among } from '~/api/among'

export const formatNames = ['video', 'audio', 'chat'] as const
export type FormatName = (typeof formatNames)[number]
export const genders = ['female', 'male'] as const
export type GenderName = (typeof genders)[number]
export const dayParts = ['morning', 'afternoon', 'evening'] as const
export type DayPart = (typeof dayParts)[number]
export const languages = ['ru', 'kk', 'en'] as const
export type LanguageName = (typeof languages)[number]

export interface FindSearch {
  category?: string
  /** Never in the page’s address. */
  topics?: readonly string[]
  language?: LanguageName
  format?: FormatName
  gender?: GenderName
  time?: DayPart
  /** Only whom one keeps close. */
  kept?: true
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const id = (raw: unknown): string | undefined => (typeof raw === 'string' && uuid.test(raw) ? raw : undefined)

/** Only what is set: an address without `undefined`s. */
export function tidy(search: { [K in keyof FindSearch]: FindSearch[K] | undefined }): FindSearch {
  return Object.fromEntries(Object.entries<string | readonly string[] | true | undefined>(search).filter(([, value]) => value === true || (value !== undefined && value.length > 0)))
}

/** The part that stands in an address. */
export const findSearch = (raw: Record<string, unknown>): Omit<FindSearch, 'topics'> => tidy({
  category: id(raw['category']),
  language: among(languages, raw['language']),
  format: among(formatNames, raw['format']),
  gender: among(genders, raw['gender']),
  time: among(dayParts, raw['time']),
  kept: raw['kept'] === true ? true : undefined,
})

/** The part that is kept in the tab’s history. */
export const topicsOf = (raw: unknown): string[] => (Array.isArray(raw) ? raw.map(id).filter((one) => one !== undefined).slice(0, 20) : [])

export const specialistSearch = (raw: Record<string, unknown>): Pick<FindSearch, 'category'> => tidy({ category: id(raw['category']) })
