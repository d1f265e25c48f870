import { expect, test } from 'vitest'
import { endOf, newCodes } from './codes'

test('codes work to the end of the chosen day, by the clock of whoever chose it', () => {
  expect(endOf('2026-12-31', 'Asia/Almaty')).toBe('2026-12-31T19:00:00.000Z')
  // Clocks go forward that night in Berlin.
  expect(endOf('2027-03-28', 'Europe/Berlin')).toBe('2027-03-28T22:00:00.000Z')
})

test('people are uses of one code, or codes of one use', () => {
  const wish = { label: ' Склад ', people: 40, last_day: null }
  expect(newCodes({ ...wish, kind: 'shared' }, 'UTC')).toEqual({ label: 'Склад', count: 1, max_uses: 40, expires_at: null })
  expect(newCodes({ ...wish, kind: 'single' }, 'UTC')).toEqual({ label: 'Склад', count: 40, max_uses: 1, expires_at: null })
})
