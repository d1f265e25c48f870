import { expect, test } from 'vitest'
import { keysMadeStale } from './live'

test('a live event makes queries stale by the map, and a reset makes all', () => {
  const map = { booking: [['bookings'], ['today']], 'booking.held': [['slots']] }
  expect(keysMadeStale('booking.held', map)).toEqual([['bookings'], ['today'], ['slots']])
  expect(keysMadeStale('chat.message', map)).toEqual([])
  expect(keysMadeStale('live.reset', map)).toBe('all')
})
