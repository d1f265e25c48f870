import { expect, test } from 'vitest'
import { enoughMin, haveMet } from './outcome'

test('a talk is looked back at where there was one', () => {
  const cases: [string | null | undefined, boolean, boolean][] = [
    [undefined, true, true], [null, false, false], ['held', false, true], ['cut_short', true, true],
    ['employee_absent', true, false], ['specialist_absent', true, false], ['both_absent', true, false],
  ]
  for (const [outcome, came, expected] of cases) expect(haveMet(outcome, came), `${String(outcome)} ${String(came)}`).toBe(expected)
})

test('ten minutes together are enough, or a third of a short consultation', () => {
  const of = (minutes: number) => enoughMin({ starts_at: '2026-12-14T10:00:00Z', ends_at: new Date(Date.UTC(2026, 11, 14, 10, minutes)).toISOString() })
  expect([50, 30, 25, 15].map(of)).toEqual([10, 10, 9, 5])
})
