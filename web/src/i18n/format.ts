// Dates, times, money and numbers in the person's language and zone. `useFormat()` in components.
import { nowMs } from './clock'
import { translate, useLang, type Lang } from './index'
import { useOwnZone } from './own-zone'

const tags: Record<Lang, string> = { ru: 'ru-RU', kk: 'kk-KZ', en: 'en-GB' }

const cache = new Map<string, Intl.DateTimeFormat>()
function formatter(lang: Lang, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${lang}|${zone}|${JSON.stringify(options)}`
  let found = cache.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat(tags[lang], { timeZone: zone, hourCycle: 'h23', ...options })
    cache.set(key, found)
  }
  return found
}

/** Civil date `YYYY-MM-DD` of an instant in a zone. */
export function civilDateOf(at: Date, zone: string): string {
  const parts = formatter('en', zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(at)
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}`
}

/** The last day of what lasts up to `before`, as it was chosen: the limit is the midnight after it. */
export const lastDay = (before: string, zone: string): string => civilDateOf(new Date(Date.parse(before) - 1), zone)

/** Whole days from one civil date to another. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00Z`) - Date.parse(`${from}T00:00Z`)) / 86_400_000)

/** The civil date so many days later. */
export const addDays = (date: string, days: number): string => new Date(Date.parse(`${date}T00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** The instant at which a civil date begins in a zone, RFC 3339; where the clock skips midnight, the first moment after it. */
export function instantOf(date: string, zone: string): string {
  const midnight = Date.parse(`${date}T00:00Z`)
  /** How far the zone's wall clock is ahead of UTC at an instant. */
  const ahead = (at: number): number => {
    const parts = formatter('en', zone, { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' }).formatToParts(at)
    const part = (type: string) => parts.find((p) => p.type === type)?.value ?? '00'
    return Date.parse(`${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}Z`) - at
  }
  // The offset in force at that wall clock is not known beforehand; looked up twice, it is, also on the day of a change.
  const at = midnight - ahead(midnight)
  return new Date(midnight - ahead(at)).toISOString()
}

/** Do two zones show the same wall clock at this instant? */
export const sameClock = (one: string, other: string, at: Date): boolean => {
  const clock = (zone: string) => formatter('en', zone, { dateStyle: 'short', timeStyle: 'short' }).format(at)
  return one === other || clock(one) === clock(other)
}

const capital = (text: string, lang: Lang): string => text.charAt(0).toLocaleUpperCase(tags[lang]) + text.slice(1)
const small = (text: string, lang: Lang): string => text.charAt(0).toLocaleLowerCase(tags[lang]) + text.slice(1)

/** A number stays on the line of its word: «30 июня», «2027 г.». */
const glued = (text: string): string => text.replaceAll(/(?<=\d) (?=\p{L})/gu, '\u00A0')

/** Minor units of a currency, e.g. 2 for RUB. */
export const minorDigits = (currency: string): number => new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2

export { useOwnZone }

/** What both dates share is told once. Not `formatRange`: it knows no Kazakh in Chromium (./kazakh-intl). */
function civilSpan(lang: Lang, from: string, to: string): string {
  const noon = (date: string) => new Date(`${date}T12:00:00Z`)
  const whole = formatter(lang, 'UTC', { day: 'numeric', month: 'long', year: 'numeric' })
  const short = formatter(lang, 'UTC', { day: 'numeric', month: 'long' })
  const last = whole.formatToParts(noon(to))
  if (from.slice(0, 7) === to.slice(0, 7)) return glued(last.map(({ type, value }) => (type === 'day' ? `${String(Number(from.slice(8)))}–${value}` : value)).join(''))
  const [isSameYear, isYearFirst] = [from.slice(0, 4) === to.slice(0, 4), last[0]?.type === 'year']
  const first = isSameYear && !isYearFirst ? short : whole
  return glued(`${first.format(noon(from))} – ${(isSameYear && isYearFirst ? short : whole).format(noon(to))}`)
}

/** All formats for one language and zone; pure but for `now`, which is given. */
export function formats(lang: Lang, zone: string, now: () => Date) {
  const instant = (at: string | Date): Date => (typeof at === 'string' ? new Date(at) : at)
  const show = (at: string | Date, options: Intl.DateTimeFormatOptions, inZone = zone) => glued(formatter(lang, inZone, options).format(instant(at)))

  /** `19:00`. */
  const time = (at: string | Date, inZone = zone): string => show(at, { hour: '2-digit', minute: '2-digit' }, inZone)

  /** `today`, `tomorrow`, `yesterday`; null for any other day. */
  const nearDay = (at: string | Date, inZone: string): string | null => {
    const distance = daysBetween(civilDateOf(now(), inZone), civilDateOf(instant(at), inZone))
    if (distance === 0) return translate('common.day.today')
    if (distance === 1) return translate('common.day.tomorrow')
    return distance === -1 ? translate('common.day.yesterday') : null
  }

  /** `today`, `tomorrow`, `12 March`, with the year only when it is another one. */
  const day = (at: string | Date, inZone = zone): string => {
    const near = nearDay(at, inZone)
    if (near !== null) return near
    const today = civilDateOf(now(), inZone)
    const that = civilDateOf(instant(at), inZone)
    const distance = daysBetween(today, that)
    const year = that.slice(0, 4) === today.slice(0, 4) ? {} : { year: 'numeric' as const }
    return show(at, { day: 'numeric', month: 'long', ...(distance > 0 && distance < 7 && { weekday: 'long' as const }), ...year }, inZone)
  }

  /** `today, 19:00`: a moment inside a sentence. */
  const momentInText = (at: string | Date, inZone = zone): string => translate('common.at', { day: day(at, inZone), time: time(at, inZone) })
  const list = (items: readonly string[]): string => new Intl.ListFormat(tags[lang], { type: 'conjunction' }).format(items)

  return {
    lang,
    zone,
    time,
    day,
    momentInText,
    /** `Today, 19:00`: how a moment is told in headings and on buttons. */
    moment: (at: string | Date, inZone = zone): string => capital(momentInText(at, inZone), lang),
    /** `Tomorrow`, `Thursday, 12 March`: a small heading over times. */
    dayName: (at: string | Date): string => capital(day(at), lang),
    /** `12 March 2026`. */
    date: (at: string | Date): string => show(at, { day: 'numeric', month: 'long', year: 'numeric' }),
    /** `Thursday, 12 March`, `Today, Monday, 9 March`: heading of a day in a list. */
    dayHeading: (at: string | Date): string => {
      const date = show(at, { weekday: 'long', day: 'numeric', month: 'long' })
      const near = nearDay(at, zone)
      return capital(near === null ? date : `${near}, ${date}`, lang)
    },
    /** `12.03.26, 19:00`: columns of tables. In English the month is a word: `06/12/26` is read in two ways. */
    stamp: (at: string | Date): string => show(at, { day: '2-digit', month: lang === 'en' ? 'short' : '2-digit', year: '2-digit', hour: '2-digit', minute: '2-digit' }),
    /** `19:00–19:50`. */
    span: (from: string | Date, to: string | Date): string => `${time(from)}–${time(to)}`,
    /** A civil date `YYYY-MM-DD`, which has no zone. */
    civilDate: (date: string): string => show(`${date}T12:00:00Z`, { day: 'numeric', month: 'long', year: 'numeric' }, 'UTC'),
    /** `12 March` of a civil date, where the year is plain. */
    civilDay: (date: string): string => show(`${date}T12:00:00Z`, { day: 'numeric', month: 'long' }, 'UTC'),
    /** `2 hours 5 minutes` from whole minutes. */
    duration: (minutes: number): string => {
      const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
      return [hours > 0 && translate('common.duration.hours', { count: hours }), (rest > 0 || hours === 0) && translate('common.duration.minutes', { count: rest })].filter(Boolean).join(' ')
    },
    number: (value: number, options?: Intl.NumberFormatOptions): string => new Intl.NumberFormat(tags[lang], options).format(value),
    /** Integer minor units and ISO 4217 code; kopecks only when there are any. */
    money: (minor: number, currency: string): string => {
      const digits = minorDigits(currency)
      const whole = minor % 10 ** digits === 0
      return new Intl.NumberFormat(tags[lang], { style: 'currency', currency, currencyDisplay: 'narrowSymbol', minimumFractionDigits: whole ? 0 : digits, maximumFractionDigits: digits }).format(minor / 10 ** digits)
    },
    list,
    /** `Video, voice and text`: names that have a capital when they stand alone. */
    names: (items: readonly string[]): string => capital(list(items.map((item) => small(item, lang))), lang),
    /** `23–29 November 2026`: civil dates from one to another. */
    civilSpan: (from: string, to: string): string => civilSpan(lang, from, to),
    sameClock: (other: string, at: string | Date): boolean => sameClock(zone, other, instant(at)),
  }
}

export type Formats = ReturnType<typeof formats>

/** `const format = useFormat()`; `format.moment(booking.starts_at)`. */
export function useFormat(): Formats {
  return formats(useLang(), useOwnZone(), () => new Date(nowMs()))
}
