import { langNames, useLang, useT, type Lang } from '~/i18n'
import { useFormat } from '~/i18n/format'
import type { Format } from './values'

/** The text in the reader's language, else in any that has it. */
export function useTextOf(): (texts: Partial<Record<Lang, string>>) => string {
  const lang = useLang()
  return (texts) => [lang, ...(Object.keys(langNames) as Lang[])].map((one) => texts[one] ?? '').find((text) => text.trim() !== '') ?? ''
}

/** `50 minutes, 1 hour 20 minutes`. */
export function useLengths(): (minutes: readonly number[]) => string {
  const format = useFormat()
  return (minutes) => minutes.map((one) => format.duration(one)).join(', ')
}

/** `Video, audio`. */
export function useFormats(): (formats: readonly Format[]) => string {
  const t = useT()
  return (formats) => formats.map((format) => t(`categories.format.${format}`)).join(', ')
}
