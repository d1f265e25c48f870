// Messages in the person's language. `useT()` in components; `translate` elsewhere. Formats of dates and money: ./format.
import { setupI18n } from '@lingui/core'
import { useCallback, useSyncExternalStore } from 'react'
import { catalogues } from 'virtual:messages'
import type { MessageArgs, Slice } from './keys.gen'

export type { Slice }
export type Lang = 'ru' | 'kk' | 'en'
/** Each language by its own name, so that it is found by those who need it. */
export const langNames: Readonly<Record<Lang, string>> = { ru: 'Русский', kk: 'Қазақша', en: 'English' }
export type MessageKey = keyof MessageArgs
type Rest<K extends MessageKey> = MessageArgs[K] extends undefined ? [] : [args: MessageArgs[K]]
export type Translate = <K extends MessageKey>(key: K, ...args: Rest<K>) => string

/** Does this engine really know Kazakh? Chromium claims to, and tells dates in a root locale. */
export const knowsKazakh = (): boolean => new Intl.DateTimeFormat('kk', { month: 'long', timeZone: 'UTC' }).format(0).toLowerCase() === 'қаңтар'

const i18n = setupI18n({
  missing: (locale, id) => {
    // A slice whose catalogue was not loaded: a programming error. Tests listen to the console; a person sees the key rather than nothing.
    console.error(`message ${id} is missing in ${locale}`)
    return id
  },
})
/** Slices that the screens so far have asked for; a language switch brings them all. */
const asked = new Set(['base'])
/** Texts that have come or are on their way, by slice and language. */
const texts = new Map<string, Promise<void>>()
const listeners = new Set<() => void>()
let active: Lang = 'ru'
/** The language being switched to; the active one when nothing is on its way. */
let wanted: Lang = 'ru'
/** Changes with the language; a new function identity makes memoised children render again. */
let current: Translate = (key, ...args) => translate(key, ...args)

/** Quotes within quotes are of the other kind, as in «Завод „Соль“»: names bring their own. */
export function nestQuotes(text: string): string {
  let depth = 0
  return text.replaceAll(/[«»]/g, (mark) => {
    if (mark === '«') return depth++ > 0 ? '„' : mark
    return depth > 0 && --depth > 0 ? '“' : mark
  })
}

/** Text of `key` in the active language. Not reactive: for components use `useT`. */
export const translate: Translate = (key, ...args) => nestQuotes(i18n._(key, args[0] as Record<string, unknown> | undefined))

/** Words for a code that came from the server; the code itself where this release has none for it. Without arguments only. */
export const wordFor = (key: string, code: string): string => (key in i18n.messages ? i18n._(key) : code)

// React Aria's string tables are routed here (build/aria-strings.mjs).
;(globalThis as Record<symbol, unknown>)[Symbol.for('ponimau.translate')] = (id: string, args?: Record<string, unknown>) => i18n._(id, args)

function fetchTexts(slice: string, lang: Lang): Promise<void> {
  const key = `${slice}/${lang}`
  const before = texts.get(key)
  if (before) return before
  const coming = (catalogues[slice]?.[lang]() ?? Promise.resolve({ default: {} })).then((module) => { i18n.load(lang, module.default) })
  texts.set(key, coming)
  // A broken connection must not break the slice for good.
  coming.catch(() => texts.delete(key))
  return coming
}

/** Loads the texts of the given slices in the language in force; a repeat costs nothing. Routes call this, screens need not. */
export async function loadMessages(slices: readonly string[]): Promise<void> {
  const needed = ['kit', ...slices].filter((slice) => slice in catalogues)
  for (const slice of needed) asked.add(slice)
  await Promise.all(needed.map((slice) => fetchTexts(slice, wanted)))
}

/** Switches the language of everything on the screen at once, after its texts have come. */
export async function activate(lang: Lang): Promise<void> {
  wanted = lang
  // Only where it is needed: Kazakh, in an engine that does not know it.
  if (lang === 'kk' && !knowsKazakh()) (await import('./kazakh-intl')).fillKazakhIntl()
  await Promise.all([...asked].map((slice) => fetchTexts(slice, lang)))
  // Somebody has changed their mind in the meantime.
  if (wanted !== lang) return
  active = lang
  i18n.activate(lang)
  current = (key, ...args) => translate(key, ...args)
  document.documentElement.lang = lang
  listeners.forEach((tell) => { tell() })
}

/** Chooses for this device, whoever signs in on it, and activates it. */
export const chooseLang = (lang: Lang): Promise<void> => keepLang(lang, true)

/** Takes over what an account says: until another account says otherwise. */
export const adoptLang = (lang: Lang): Promise<void> => keepLang(lang, false)

async function keepLang(lang: Lang, isChosen: boolean): Promise<void> {
  rememberLang(lang, isChosen)
  await activate(lang)
}

/** For the next visit. */
export function rememberLang(lang: Lang, isChosen: boolean): void {
  try {
    localStorage.setItem('lang', lang)
    if (isChosen) localStorage.removeItem('lang-adopted')
    else localStorage.setItem('lang-adopted', '1')
  } catch {
    // Private windows may forbid storage: it then lasts for this visit.
  }
}

/** What was chosen on this device, or adopted from whoever was here last; null if neither. */
export function rememberedLang(): string | null {
  try {
    return localStorage.getItem('lang')
  } catch {
    return null
  }
}

/** Was the language chosen on this device? */
export function isLangChosen(): boolean {
  try {
    return localStorage.getItem('lang') !== null && localStorage.getItem('lang-adopted') === null
  } catch {
    return false
  }
}

/** The remembered language, else the first of the browser's that we speak, else the deployment's first. */
export function initialLang(available: readonly Lang[], wanted: readonly string[], remembered: string | null): Lang {
  const known = (code: string | null | undefined): Lang | undefined => available.find((l) => l === code?.toLowerCase().split('-')[0])
  return known(remembered) ?? wanted.map(known).find((l) => l !== undefined) ?? available[0] ?? 'ru'
}

const subscribe = (tell: () => void) => {
  listeners.add(tell)
  return () => listeners.delete(tell)
}

/** The active language; the component renders again when it changes. */
export const useLang = (): Lang => useSyncExternalStore(subscribe, () => active, () => active)
export const activeLang = (): Lang => active
/** The language the person is to read: the active one, or the one whose texts are still on their way. Requests ask for this one. */
export const wantedLang = (): Lang => wanted

/** `const t = useT()`; `t('booking.confirm.title')`. */
export const useT = (): Translate => useSyncExternalStore(subscribe, useCallback(() => current, []), () => current)
