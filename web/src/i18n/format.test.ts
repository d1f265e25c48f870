import { beforeAll, describe, expect, test } from 'vitest'
import { inMinutes } from './clock'
import { addDays, civilDateOf, daysBetween, formats, instantOf, lastDay, sameClock } from './format'
import { activate, type Lang } from './index'

const now = new Date('2026-11-23T09:00:00Z') // Monday, 12:00 in Moscow
const at = (lang: Lang, zone = 'Europe/Moscow') => formats(lang, zone, () => now)
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')

beforeAll(() => {
  globalThis.document = { documentElement: {} } as Document
})

test('what ends at midnight is told by the day before, as it was chosen', () => {
  expect(lastDay('2026-12-12T21:00:00Z', 'Europe/Moscow')).toBe('2026-12-12')
})

test('some minutes from now, but not past a limit', () => {
  expect(inMinutes(15, '2020-01-01T00:00:00Z')).toBe('2020-01-01T00:00:00.000Z')
  expect(Math.abs(Date.parse(inMinutes(15, '2999-01-01T00:00:00Z')) - Date.now() - 15 * 60_000)).toBeLessThan(1000)
})

describe('a moment', () => {
  test.each<[Lang, string, string]>([
    ['ru', '2026-11-23T16:00:00Z', 'Сегодня, 19:00'],
    ['kk', '2026-11-23T16:00:00Z', 'Бүгін, 19:00'],
    ['en', '2026-11-23T16:00:00Z', 'Today, 19:00'],
    ['ru', '2026-11-24T07:30:00Z', 'Завтра, 10:30'],
    ['ru', '2026-11-22T07:30:00Z', 'Вчера, 10:30'],
    ['ru', '2026-11-26T07:30:00Z', 'Четверг, 26 ноября, 10:30'],
    ['kk', '2026-11-26T07:30:00Z', '26 қараша, бейсенбі, 10:30'],
    ['ru', '2026-12-26T07:30:00Z', '26 декабря, 10:30'],
    ['ru', '2027-01-26T07:30:00Z', '26 января 2027 г., 10:30'],
  ])('%s %s is told as %s', async (lang, instant, told) => {
    await activate(lang)
    expect(plain(at(lang).moment(instant))).toBe(told)
  })

  test('"today" is of the person\'s own zone', async () => {
    await activate('en')
    const late = '2026-11-23T20:30:00Z' // 23:30 in Moscow, already the 24th in Yekaterinburg
    expect(at('en').moment(late)).toBe('Today, 23:30')
    expect(at('en', 'Asia/Yekaterinburg').moment(late)).toBe('Tomorrow, 01:30')
  })
})

test.each<[Lang, string, string]>([
  ['ru', '2026-11-23T16:00:00Z', 'Сегодня, понедельник, 23 ноября'],
  ['kk', '2026-11-24T16:00:00Z', 'Ертең, 24 қараша, сейсенбі'],
  ['en', '2026-11-26T16:00:00Z', 'Thursday 26 November'],
])('%s: the day of %s is headed %s', async (lang, instant, told) => {
  await activate(lang)
  expect(plain(at(lang).dayHeading(instant))).toBe(told)
})

test('inside a sentence a moment begins with a small letter, and a number stays on the line of its word', async () => {
  await activate('ru')
  expect(at('ru').momentInText('2026-11-23T16:00:00Z')).toBe('сегодня, 19:00')
  expect(at('ru').civilDate('2027-06-30')).toBe('30\u00A0июня 2027\u00A0г.')
})

test.each<[Lang, string, string, string]>([
  ['ru', '2026-11-23', '2026-11-29', '23–29 ноября 2026 г.'],
  ['kk', '2026-11-23', '2026-11-29', '2026 ж. 23–29 қараша'],
  ['ru', '2026-11-30', '2026-12-06', '30 ноября – 6 декабря 2026 г.'],
  ['kk', '2026-11-30', '2026-12-06', '2026 ж. 30 қараша – 6 желтоқсан'],
  ['en', '2026-12-28', '2027-01-03', '28 December 2026 – 3 January 2027'],
])('%s: from %s to %s is told as %s', async (lang, from, to, told) => {
  await activate(lang)
  expect(plain(at(lang).civilSpan(from, to))).toBe(told)
})

test('names in a row have one capital', () => {
  expect(at('ru').names(['Видео', 'Голос', 'Переписка'])).toBe('Видео, голос и переписка')
})

test.each<[Lang, string]>([['ru', '1 500 ₽'], ['kk', '1 500 ₽'], ['en', '₽1,500']])('money in %s', (lang, told) => {
  expect(plain(at(lang).money(150_000, 'RUB'))).toBe(told)
})

test('kopecks are shown only when there are any', () => {
  expect(plain(at('ru').money(150_050, 'RUB'))).toBe('1 500,50 ₽')
  expect(plain(at('ru').money(-150_000, 'KZT'))).toBe('-1 500 ₸')
})

test.each<[Lang, number, string]>([
  ['ru', 1, '1 минута'], ['ru', 2, '2 минуты'], ['ru', 50, '50 минут'], ['ru', 61, '1 час 1 минута'], ['ru', 300, '5 часов'], ['kk', 90, '1 сағат 30 минут'], ['en', 0, '0 minutes'],
])('%s: %d minutes are told as %s', async (lang, minutes, told) => {
  await activate(lang)
  expect(at(lang).duration(minutes)).toBe(told)
})

test('clocks are compared at the moment, not by name: Almaty is five hours from Greenwich since March 2024', () => {
  expect(sameClock('Asia/Almaty', 'Asia/Yekaterinburg', now)).toBe(true)
  expect(sameClock('Asia/Almaty', 'Asia/Yekaterinburg', new Date('2024-01-15T12:00:00Z'))).toBe(false)
  expect(sameClock('Europe/Moscow', 'Europe/Moscow', now)).toBe(true)
})

test('days between civil dates do not see summer time', () => {
  expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2)
  expect(daysBetween('2026-12-31', '2027-01-01')).toBe(1)
  expect(daysBetween('2026-11-23', '2026-11-22')).toBe(-1)
})

test('the civil date of an instant is of the zone', () => {
  expect(civilDateOf(new Date('2026-11-23T21:30:00Z'), 'Europe/Moscow')).toBe('2026-11-24')
  expect(civilDateOf(new Date('2026-11-23T21:30:00Z'), 'UTC')).toBe('2026-11-23')
})

test('a civil date begins at midnight of its zone, on days of a change too', () => {
  expect(instantOf('2026-12-01', 'Europe/Moscow')).toBe('2026-11-30T21:00:00.000Z')
  expect(instantOf('2026-12-01', 'Asia/Almaty')).toBe('2026-11-30T19:00:00.000Z')
  expect(instantOf('2026-03-08', 'America/New_York')).toBe('2026-03-08T05:00:00.000Z')
  expect(instantOf('2026-03-09', 'America/New_York')).toBe('2026-03-09T04:00:00.000Z')
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
})

test('a stamp is read in one way only', () => {
  expect(at('ru').stamp('2026-12-06T16:00:00Z')).toMatch(/^06\.12\.26/)
  expect(at('en').stamp('2026-12-06T16:00:00Z')).toMatch(/06\s*Dec/)
})
