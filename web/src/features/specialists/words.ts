// Texts of a card in the reader's language, and names of what is chosen from lists.
import { among } from '~/api/among'
import { useLang, type Lang } from '~/i18n'
import type { components } from '~/api'
import type { Card } from './queries'
import { states, type State } from './search'

type Texts = components['schemas']['Texts']

export const langs: readonly Lang[] = ['ru', 'kk', 'en']
export const genders = ['female', 'male', 'undisclosed'] as const
export const formats = ['video', 'audio', 'chat'] as const
export const languages = ['ru', 'kk', 'en', 'uz', 'ky', 'tg', 'tt', 'be', 'uk', 'az', 'hy', 'ka', 'de', 'tr'] as const
export const parts = ['photo', 'headline', 'about', 'languages', 'formats', 'categories', 'topics', 'practising_since', 'education', 'education_document'] as const

export const amongAll = <T extends string>(all: readonly T[], raw: readonly string[]): T[] => all.filter((one) => raw.includes(one))

/** The reader's language, else the first that is filled. */
export const textFor = (texts: Texts, lang: Lang): string => [texts[lang], texts.ru, texts.kk, texts.en].find((text) => text !== undefined && text.trim() !== '') ?? ''

export const stateOf = (thing: { status: string }): State => among(states, thing.status) ?? 'draft'

/** Name of a category of the card. */
export function useCategoryName(card: Card): (id: string) => string {
  const lang = useLang()
  return (id) => textFor(card.choices.find((choice) => choice.id === id)?.name ?? {}, lang)
}
