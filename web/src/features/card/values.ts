// What is typed into the card, and what of it is to be sent.
import type { FieldProblem } from '~/api'
import type { Lang } from '~/i18n'
import type { Card, CardChange, Texts } from './queries'

export const genders = ['female', 'male', 'undisclosed'] as const
export type Gender = (typeof genders)[number]
export const formats = ['video', 'audio', 'chat'] as const
export type Format = (typeof formats)[number]
export const languages = ['ru', 'kk', 'en', 'uz', 'ky', 'tg', 'tt', 'be', 'uk', 'az', 'hy', 'ka', 'de', 'tr'] as const
export type Language = (typeof languages)[number]
/** Parts of a card without which it is not handed in, by the server's names. */
export const parts = ['photo', 'headline', 'about', 'languages', 'formats', 'categories', 'topics', 'practising_since', 'education', 'education_document'] as const
export type Part = (typeof parts)[number]

/** One of `all`, or nothing. */
export const among = <T extends string>(all: readonly T[], raw: string): T | undefined => all.find((one) => one === raw)
export const amongAll = <T extends string>(all: readonly T[], raw: readonly string[]): T[] => all.filter((one) => raw.includes(one))

export interface Values {
  display_name: string
  gender: Gender
  languages: Language[]
  formats: Format[]
  headline: Texts
  about: Texts
  approaches: string[]
  practising_since: number | null
  price_minor: number | null
  categories: string[]
  topics: string[]
}

const textsOf = (texts: Partial<Texts>): Texts => ({ ru: texts.ru ?? '', kk: texts.kk ?? '', en: texts.en ?? '' })

export const valuesOf = (card: Card): Values => ({
  display_name: card.display_name,
  gender: among(genders, card.gender) ?? 'undisclosed',
  languages: amongAll(languages, card.languages),
  formats: amongAll(formats, card.formats),
  headline: textsOf(card.headline),
  about: textsOf(card.about),
  approaches: card.approaches,
  practising_since: card.practising_since ?? null,
  price_minor: card.price_minor ?? null,
  categories: [...card.categories, ...card.requested_categories],
  topics: card.topics,
})

/** Only what differs from the card as it is kept; the name belongs to the account and is sent there. */
export function changeOf(values: Values, card: Card): CardChange {
  const kept: Record<string, unknown> = { ...valuesOf(card) }
  const changed = Object.entries(values).filter(([name, value]) => name !== 'display_name' && JSON.stringify(value) !== JSON.stringify(kept[name]))
  return Object.fromEntries(changed)
}

export const isUnsaved = (values: Values, card: Card): boolean => values.display_name !== card.display_name || Object.keys(changeOf(values, card)).length > 0

/** What is missing, as problems of the fields where it is to be filled. Texts are wanted in the language one reads. */
export const problemsOf = (missing: readonly string[], lang: Lang, text: (part: Part) => string): FieldProblem[] =>
  amongAll(parts, missing).map((part) => ({ pointer: part === 'headline' || part === 'about' ? `/${part}/${lang}` : `/${part}`, detail: text(part) }))

/** The reader's language, else the first that is filled: the server's rule. */
export const textFor = (texts: Texts, lang: Lang): string => [texts[lang], texts.ru, texts.kk, texts.en].find((text) => text.trim() !== '') ?? ''
