import { expect, test } from 'vitest'
import { bodyOf, daysSince, valuesOf } from './phones'

test('an empty short number is not sent', () => {
  const texts = { ru: 'я', kk: 'мен', en: 'I' }
  const help = { version: 3, verified_on: '2026-02-01', lines: [{ id: 'a', number: '112', name: texts, about: texts }, { id: 'b', number: '8 800', short: '124', name: texts, about: texts }] }
  expect(bodyOf(valuesOf(help), 3)).toEqual(help)
})

test.each([['2026-02-01', '2026-02-01', 0], ['2026-02-28', '2026-03-01', 1], ['2025-11-27', '2026-11-27', 365]])('from %s to %s are %i days', (from, to, days) => {
  expect(daysSince(from, to)).toBe(days)
})
