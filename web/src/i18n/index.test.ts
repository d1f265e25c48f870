import { beforeAll, describe, expect, test, vi } from 'vitest'
import { headersOfAll } from '~/api/read'
import { activate, initialLang, loadMessages, nestQuotes, translate } from './index'
import { splitRich } from './Rich'

beforeAll(() => {
  globalThis.document = { documentElement: {} } as Document
})

test.each([
  ['«Завод «Соль»» сменила сервер', '«Завод „Соль“» сменила сервер'],
  ['Завод «Соль»', 'Завод «Соль»'],
  ['«Клён» и «Завод «Соль» и «Ко»»', '«Клён» и «Завод „Соль“ и „Ко“»'],
  ['5» и «Ива»', '5» и «Ива»'],
])('quotes within quotes are of the other kind: %s', (text, is) => {
  expect(nestQuotes(text)).toBe(is)
})

describe('the first language', () => {
  const langs = ['ru', 'kk', 'en'] as const
  test.each<[string, readonly string[], string | null, string]>([
    ['what was chosen', ['en-US'], 'kk', 'kk'],
    ['what the browser wants', ['kk-KZ', 'ru'], null, 'kk'],
    ['the first that we speak', ['de-DE', 'en-GB', 'ru'], null, 'en'],
    ['else the first of the deployment', ['de'], null, 'ru'],
    ['an unknown choice is no choice', ['en'], 'xx', 'en'],
  ])('%s', (_name, wanted, remembered, is) => {
    expect(initialLang(langs, wanted, remembered)).toBe(is)
  })
})

test('a language switch brings the slices already loaded', async () => {
  await activate('ru')
  await loadMessages(['urgent'])
  expect(translate('urgent.title')).toBe('Срочная помощь')
  await activate('kk')
  expect(translate('urgent.title')).toBe('Шұғыл көмек')
})

test('requests ask for the chosen language also while its texts are on their way', async () => {
  await activate('ru')
  const coming = activate('kk')
  expect(headersOfAll()['Accept-Language']).toBe('kk')
  await coming
})

test('plurals', async () => {
  await activate('ru')
  await loadMessages([])
  expect([1, 2, 5, 21].map((count) => translate('ui.errors.title', { count }))).toEqual([
    'Нужно исправить 1 поле', 'Нужно исправить 2 поля', 'Нужно исправить 5 полей', 'Нужно исправить 21 поле',
  ])
})

test('React Aria speaks through our catalogue', async () => {
  await activate('kk')
  const say = (globalThis as unknown as Record<symbol, (id: string, args?: object) => string>)[Symbol.for('ponimau.translate')]
  expect(say?.('aria.combobox.focusAnnouncement', { isGroupChange: true, groupTitle: 'Тақырыптар', groupCount: 2, optionText: 'Ұйқы', isSelected: true })).toBe('Тақырыптар тобы, 2 нұсқа. Ұйқы, таңдалды')
})

test('a message whose slice was not loaded is told to the console', async () => {
  await activate('ru')
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  translate('welcome.lead')
  expect(error).toHaveBeenCalledWith('message welcome.lead is missing in ru')
})

test.each([
  ['plain', [{ text: 'plain' }]],
  ['read <link>the terms</link> first', [{ text: 'read ' }, { tag: 'link', text: 'the terms' }, { text: ' first' }]],
  ['<b>a</b><i>c</i>', [{ tag: 'b', text: 'a' }, { tag: 'i', text: 'c' }]],
  ['1 < 2 and <unclosed>', [{ text: '1 < 2 and <unclosed>' }]],
])('rich text %s', (text, parts) => {
  expect(splitRich(text)).toEqual(parts)
})
