// What is looked for, in the address: a search can be left, shared with oneself and returned to.
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
  topic?: string[]
  language?: LanguageName
  format?: FormatName
  gender?: GenderName
  time?: DayPart
  /** Only whom one keeps close. */
  kept?: true
}

/** One of `all`, or nothing. */
export const among = <T extends string>(all: readonly T[], raw: unknown): T | undefined => all.find((one) => one === raw)

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const id = (raw: unknown): string | undefined => (typeof raw === 'string' && uuid.test(raw) ? raw : undefined)

/** Only what is set: an address without `undefined`s. */
export function tidy(search: { [K in keyof FindSearch]: FindSearch[K] | undefined }): FindSearch {
  return Object.fromEntries(Object.entries<string | readonly string[] | true | undefined>(search).filter(([, value]) => value === true || (value !== undefined && value.length > 0)))
}

export const findSearch = (raw: Record<string, unknown>): FindSearch => tidy({
  category: id(raw['category']),
  topic: (Array.isArray(raw['topic']) ? raw['topic'] : [raw['topic']]).map(id).filter((one) => one !== undefined).slice(0, 20),
  language: among(languages, raw['language']),
  format: among(formatNames, raw['format']),
  gender: among(genders, raw['gender']),
  time: among(dayParts, raw['time']),
  kept: raw['kept'] === true ? true : undefined,
})

export const specialistSearch = (raw: Record<string, unknown>): Pick<FindSearch, 'category'> => tidy({ category: id(raw['category']) })
