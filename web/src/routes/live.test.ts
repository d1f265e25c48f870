import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { QueryClient } from '@tanstack/react-query'
import { todayQuery } from '~/api'
import { backoffMs, LiveStream, type Source } from '~/api/live'
import { bookingQuery } from '~/features/bookings/queries'
import { clientQuery, clientsQuery, noteQuery } from '~/features/clients/queries'
import { reportQuery } from '~/features/safety/queries'
import { cardQuery } from '~/features/specialists/queries'
import { refreshBy, staleBy } from './live'

/** An event source in the hands of the test. */
class Wire extends EventTarget {
  readyState = 1
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null
  close = vi.fn()
  says(kind: string, data: string) {
    this.dispatchEvent(new MessageEvent(kind, { data }))
  }
}

const wires: Wire[] = []
const stream = () => new LiveStream(() => {
  const wire = new Wire()
  wires.push(wire)
  return wire as unknown as Source
})

beforeEach(() => {
  wires.length = 0
  vi.useFakeTimers()
})
afterEach(() => { vi.useRealTimers() })

describe('the live stream', () => {
  test('tells each kind to those who listen, also to those who came later', () => {
    const live = stream()
    const heard: unknown[] = []
    live.on('chat.message', (event) => heard.push(['early', event.payload]))
    live.open()
    live.open()
    const stop = live.on('booking.changed', (event) => heard.push(['late', event.payload]))
    wires[0]?.says('chat.message', '{"thread":"t"}')
    wires[0]?.says('booking.changed', 'not json')
    stop()
    wires[0]?.says('booking.changed', '{}')
    expect(heard).toEqual([['early', { thread: 't' }], ['late', undefined]])
    expect(wires).toHaveLength(1)
  })

  test('after a refusal it connects anew, and what was lost is told as a reset', () => {
    const live = stream()
    const [reset, refused] = [vi.fn(), vi.fn()]
    live.on('reset', reset)
    live.on('refused', refused)
    live.open()
    wires[0]?.onopen?.()
    expect(refused).not.toHaveBeenCalled()
    expect(reset).not.toHaveBeenCalled()
    if (wires[0]) wires[0].readyState = 2
    wires[0]?.onerror?.()
    expect(refused).toHaveBeenCalledOnce()
    vi.advanceTimersByTime(1000)
    expect(wires).toHaveLength(2)
    wires[1]?.onopen?.()
    expect(reset).toHaveBeenCalledOnce()
  })

  test('a break that the browser mends itself is no reset', () => {
    const live = stream()
    const reset = vi.fn()
    live.on('reset', reset)
    live.open()
    if (wires[0]) wires[0].readyState = 0
    wires[0]?.onerror?.()
    vi.advanceTimersByTime(60_000)
    wires[0]?.onopen?.()
    expect(wires).toHaveLength(1)
    expect(reset).not.toHaveBeenCalled()
  })

  test('closed, it stays closed', () => {
    const live = stream()
    live.open()
    if (wires[0]) wires[0].readyState = 2
    wires[0]?.onerror?.()
    live.close()
    vi.advanceTimersByTime(60_000)
    expect(wires).toHaveLength(1)
  })
})

test('hints make their queries stale, a reset makes all', () => {
  const live = stream()
  const invalidateQueries = vi.fn(() => Promise.resolve())
  const unbind = refreshBy(live, { invalidateQueries }, { 'booking.changed': [['bookings'], ['today']] })
  live.open()
  wires[0]?.says('booking.changed', '{}')
  expect(invalidateQueries.mock.calls).toMatchObject([[{ queryKey: ['bookings'] }], [{ queryKey: ['today'] }]])
  wires[0]?.says('reset', '{}')
  expect(invalidateQueries).toHaveBeenLastCalledWith({ predicate: expect.any(Function) as unknown })
  unbind()
  wires[0]?.says('reset', '{}')
  expect(invalidateQueries).toHaveBeenCalledTimes(3)
})

test('attempts grow apart up to half a minute', () => {
  expect([0, 1, 2, 10].map((n) => backoffMs(n, 1))).toEqual([1000, 2000, 4000, 30_000])
  expect(backoffMs(0, 0)).toBe(500)
})

test('neither a hint nor a reset asks anew for what is recorded: the record tells of what people opened, not of what happened to others', () => {
  const live = stream()
  const client = new QueryClient()
  const recorded = [clientQuery('x'), noteQuery('x'), reportQuery('x'), cardQuery('x'), bookingQuery('x')].map((options) => client.getQueryCache().build(client, options as never))
  const [own, others] = [todayQuery, clientsQuery].map((options) => client.getQueryCache().build(client, options as never))
  const unbind = refreshBy(live, client)
  live.open()
  for (const kind of Object.keys(staleBy)) wires[0]?.says(kind, '{}')
  expect([own?.state.isInvalidated, others?.state.isInvalidated]).toEqual([true, true])
  wires[0]?.says('reset', '{}')
  expect(recorded.map(({ state }) => state.isInvalidated)).toEqual(recorded.map(() => false))
  unbind()
})
