import { expect, test } from 'vitest'
import { haveMet } from './outcome'

test('a talk is looked back at where there was one', () => {
  const cases: [string | null | undefined, boolean, boolean][] = [
    [undefined, true, true], [null, false, false], ['held', false, true], ['cut_short', true, true], ['cut_short', false, false],
    ['employee_absent', true, false], ['specialist_absent', true, false], ['both_absent', true, false],
  ]
  for (const [outcome, came, expected] of cases) expect(haveMet(outcome, came), `${String(outcome)} ${String(came)}`).toBe(expected)
})
