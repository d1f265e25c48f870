import type { QueryClient } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'
import type { Me } from '~/api/me'
import { nowMs, setClock } from '~/i18n/clock'
import { only } from './guard'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('an answer kept from minutes ago does not set the clock back', async () => {
  vi.stubGlobal('document', { documentElement: {} })
  vi.useFakeTimers({ now: Date.parse('2026-11-28T10:00:00Z') })
  setClock('2026-11-28T10:00:00Z')
  const person = { id: '1', kind: 'employee', display_name: 'Анна', time_zone: 'Asia/Almaty', locale: 'ru', capabilities: [], needs_second_factor: false, needs_way_in: false }
  const kept: Me = { now: '2026-11-28T10:00:00Z', locale: 'ru', person } as never
  vi.setSystemTime(Date.parse('2026-11-28T10:04:00Z'))
  await only('employee')({ context: { queryClient: { query: () => Promise.resolve(kept) } as unknown as QueryClient }, location: { href: '/today' } })
  expect(nowMs()).toBe(Date.parse('2026-11-28T10:04:00Z'))
})

test.each([
  ['another person was here before', { lang: 'kk', 'lang-adopted': '1' }, 'ru'],
  ['nobody was', {}, 'ru'],
  ['a language was chosen on the device', { lang: 'kk' }, 'kk'],
])('the account’s language holds unless the device has one: %s', async (_, kept: Record<string, string>, expected) => {
  const stored = new Map(Object.entries(kept))
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null, setItem: (key: string, value: string) => { stored.set(key, value) }, removeItem: (key: string) => { stored.delete(key) },
  })
  vi.stubGlobal('document', { documentElement: {} })
  const person = { id: '1', kind: 'employee', display_name: 'Анна', time_zone: 'Asia/Almaty', locale: 'ru', capabilities: [], needs_second_factor: false, needs_way_in: false }
  const me: Me = { now: '2026-11-28T10:00:00Z', locale: 'kk', person } as never
  await only('employee')({ context: { queryClient: { query: () => Promise.resolve(me) } as unknown as QueryClient }, location: { href: '/today' } })
  expect(stored.get('lang')).toBe(expected)
})
