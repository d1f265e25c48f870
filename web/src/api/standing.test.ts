import { expect, test } from 'vitest'
import { failureOf, outcomeOf, phaseOf } from './standing'

test('what was held, or is not decided, is no failure; nor is an outcome that this page does not know', () => {
  expect(['held', null, undefined, 'new', 'both_absent'].map(failureOf)).toEqual([undefined, undefined, undefined, undefined, 'both_absent'])
  expect(['held', null, 'new', 'cut_short'].map(outcomeOf)).toEqual(['held', undefined, undefined, 'cut_short'])
})

test('what is booked goes on from its start and is over from its end', () => {
  const one = { starts_at: '2026-12-14T10:00:00Z', ends_at: '2026-12-14T10:50:00Z' }
  const at = (time: string) => phaseOf(one, Date.parse(`2026-12-14T${time}Z`))
  expect(['09:59:59', '10:00:00', '10:49:59', '10:50:00'].map(at)).toEqual(['booked', 'ongoing', 'ongoing', 'over'])
})
