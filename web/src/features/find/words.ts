// Names of languages, and why somebody is listed.
import type { components } from '~/api'
import { among } from '~/api/among'
import { useLang, useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { dayParts, genders, languages } from './search'

export function useLanguageName(): (tag: string) => string {
  const t = useT()
  const lang = useLang()
  return (tag) => {
    const known = among(languages, tag)
    return known ? t(`find.language.${known}`) : (new Intl.DisplayNames([lang], { type: 'language' }).of(tag) ?? tag)
  }
}

export function useReason(): (reason: components['schemas']['ReasonView']) => string | undefined {
  const t = useT()
  const format = useFormat()
  const language = useLanguageName()
  return ({ kind, value, name }) => {
    const [part, gender] = [among(dayParts, value), among(genders, value)]
    switch (kind) {
      case 'topic': return name ? t('find.reason.topic', { name }) : undefined
      case 'known': return t('find.reason.known')
      case 'favourite': return t('find.reason.favourite')
      case 'soon': return value ? t('find.reason.soon', { day: format.day(value) }) : undefined
      case 'time_of_day': return part && t(`find.reason.${part}`)
      case 'language': return value ? t('find.reason.language', { language: language(value) }) : undefined
      case 'gender': return gender && t(`find.gender.${gender}`)
      case 'rated': return value ? t('find.reason.rated', { mean: format.number(Number(value) / 10, { minimumFractionDigits: 1 }) }) : undefined
      default: return undefined
    }
  }
}
