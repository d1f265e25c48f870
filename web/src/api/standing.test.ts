import { expect, test } from 'vitest'
import { failureOf, outcomeOf, phaseOf, wasShorter } from './standing'

test('what was held, or is not decided, is no failure; nor is an outcome that this page does not know', () => {
  expect(['held', null, undefined, 'new', 'both_absent'].map((outcome) => failureOf({ outcome }))).toEqual([undefined, undefined, undefined, undefined, 'both_absent'])
  expect(['held', null, 'new', 'cut_short'].map((outcome) => outcomeOf({ outcome }))).toEqual(['held', undefined, undefined, 'cut_short'])
})

const one = { starts_at: '2026-12-14T10:00:00Z', ends_at: '2026-12-14T10:50:00Z' }

test('what is booked goes on from its start and is over from its end', () => {
  const at = (time: string) => phaseOf(one, Date.parse(`2026-12-14T${time}Z`))
  expect(['09:59:59', '10:00:00', '10:49:59', '10:50:00'].map(at)).toEqual(['booked', 'ongoing', 'ongoing', 'over'])
})

test('what was ended on purpose did not break off, and its time did not run out', () => {
  const early = { ...one, ends_at: '2026-12-14T10:04:00Z', planned_ends_at: one.ends_at }
  expect(phaseOf(early, Date.parse(early.ends_at))).toBe('ended_early')
  expect(['held', 'cut_short', 'employee_absent'].map((outcome) => outcomeOf({ ...early, outcome }))).toEqual(['held', 'ended_early', 'employee_absent'])
})

test('a few minutes less are not worth a word, nor is it how long one waited in vain', () => {
  const ended = (ends_at: string, outcome?: string) => wasShorter({ ends_at, planned_ends_at: one.ends_at, outcome })
  expect([ended('2026-12-14T10:23:00Z', 'held'), ended('2026-12-14T10:23:00Z'), ended('2026-12-14T10:46:00Z', 'held')]).toEqual([true, true, false])
  expect(ended('2026-12-14T10:12:00Z', 'employee_absent')).toBe(false)
  expect(wasShorter({ ...one, outcome: 'held' })).toBe(false)
})
