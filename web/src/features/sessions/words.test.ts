import { expect, test } from 'vitest'
import { statusOf } from './words'

const at = '2026-12-14T09:00:00Z'

test('what has begun is no plan any more; what was offered is told from what one holds', () => {
  const of = (status: string, minutes: number, hold?: { is_offer: boolean }) =>
    statusOf({ status, starts_at: at, ends_at: '2026-12-14T09:50:00Z', ...(hold && { hold: { expires_at: at, ...hold } }) } as Parameters<typeof statusOf>[0], Date.parse(at) + minutes * 60_000)
  expect(of('booked', -1)).toBe('booked')
  expect(of('booked', 0)).toBe('ongoing')
  expect(of('booked', 50)).toBe('over')
  expect(of('completed', 60)).toBe('completed')
  expect(of('held', -1, { is_offer: true })).toBe('offered')
  expect(of('held', -1, { is_offer: false })).toBe('held')
  expect(of('held', 0, { is_offer: true })).toBe('expired')
})

test('what is over is what became of it', () => {
  const of = (outcome?: string) => statusOf({ status: 'completed', starts_at: at, ends_at: at, ...(outcome !== undefined && { outcome }) })
  expect([of('held'), of(), of('cut_short'), of('employee_absent')]).toEqual(['completed', 'completed', 'cut_short', 'employee_absent'])
  expect(statusOf({ status: 'completed', starts_at: at, ends_at: at, planned_ends_at: '2026-12-14T09:50:00Z', outcome: 'cut_short' }), 'on purpose').toBe('ended_early')
})
