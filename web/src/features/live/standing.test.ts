import { describe, expect, test } from 'vitest'
import type { Session } from './queries'
import { aloneMs, fits, groupOf, inOrder, isNow, needsHelp } from './standing'

const START = Date.parse('2026-12-14T10:00:00Z')
const minutes = (n: number) => START + n * 60_000
const session = (more: Partial<Session>): Session => ({
  id: 'a', starts_at: '2026-12-14T10:00:00Z', ends_at: '2026-12-14T10:50:00Z', format: 'video', specialist_id: 's', specialist_name: 'Вера',
  category_name: 'Психолог', state: 'ahead', ...more,
})

describe('who wants help', () => {
  test('who is alone for more than three minutes after the start', () => {
    const waits = session({ state: 'employee_waits', alone_since: '2026-12-14T09:50:00Z' })
    expect(aloneMs(waits, minutes(-5)), 'who came early waits for the start').toBe(0)
    expect(needsHelp(waits, minutes(3))).toBe(false)
    expect(needsHelp(waits, minutes(3.1))).toBe(true)
    const left = session({ state: 'specialist_waits', alone_since: '2026-12-14T10:20:00Z' })
    expect(needsHelp(left, minutes(22))).toBe(false)
    expect(needsHelp(left, minutes(24))).toBe(true)
  })

  test('nobody there is late from the start; others are well', () => {
    expect(needsHelp(session({ state: 'overdue' }), minutes(4))).toBe(true)
    expect(needsHelp(session({ state: 'together' }), minutes(30))).toBe(false)
    expect(needsHelp(session({ state: 'ended', outcome: 'employee_absent' }), minutes(60))).toBe(false)
  })
})

test('what is over is sorted by its outcome', () => {
  expect(groupOf(session({ state: 'ended' }), START)).toBe('held')
  expect(groupOf(session({ state: 'ended', outcome: 'held' }), START)).toBe('held')
  expect(groupOf(session({ state: 'ended', outcome: 'cut_short' }), START)).toBe('missed')
  expect(groupOf(session({ state: 'open' }), START)).toBe('ahead')
  expect(fits(session({ state: 'canceled' }), 'canceled', START)).toBe(true)
})

test('who came early are there, and it is still ahead', () => {
  const early = session({ state: 'together' })
  expect(groupOf(early, START - 1)).toBe('ahead')
  expect(groupOf(early, START)).toBe('together')
  expect(isNow(early)).toBe(true)
})

test('the longest alone stands first, the rest by the clock, what was called off last', () => {
  const now = minutes(30)
  const all = [
    session({ id: 'off', state: 'canceled', starts_at: '2026-12-14T09:00:00Z' }),
    session({ id: 'later', starts_at: '2026-12-14T12:00:00Z' }),
    session({ id: 'talks', state: 'together', starts_at: '2026-12-14T09:30:00Z' }),
    session({ id: 'short', state: 'overdue', starts_at: '2026-12-14T10:25:00Z' }),
    session({ id: 'long', state: 'employee_waits', alone_since: '2026-12-14T10:01:00Z' }),
  ]
  expect(inOrder(all, now).map((one) => one.id)).toEqual(['long', 'short', 'talks', 'later', 'off'])
})
