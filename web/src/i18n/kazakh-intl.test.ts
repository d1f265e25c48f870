// Node carries whole CLDR data: it is the oracle for the layer that Chromium needs.
import { describe, expect, test } from 'vitest'
import { knowsKazakh } from './index'
import { kazakhDateTimeFormat } from './kazakh-intl'

const Kazakh = kazakhDateTimeFormat(Intl.DateTimeFormat)
const instants = ['2026-01-01T00:00:00Z', '2026-02-28T23:59:00Z', '2026-06-15T07:05:00Z', '2026-11-23T14:30:00Z', '2027-12-31T20:00:00Z']
const shapes: Intl.DateTimeFormatOptions[] = [
  { day: 'numeric', month: 'long' },
  { day: 'numeric', month: 'long', year: 'numeric' },
  { day: 'numeric', month: 'short' },
  { day: 'numeric', month: 'short', year: 'numeric' },
  { weekday: 'long', day: 'numeric', month: 'long' },
  { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  { weekday: 'short' },
  { weekday: 'long' },
  { weekday: 'narrow' },
  { month: 'long' },
  { month: 'short' },
  { month: 'long', year: 'numeric' },
  { day: '2-digit', month: '2-digit', year: 'numeric' },
  { day: '2-digit', month: '2-digit', year: '2-digit', hour: '2-digit', minute: '2-digit' },
  { hour: '2-digit', minute: '2-digit' },
  { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' },
  { day: 'numeric' },
  { year: 'numeric' },
  { year: 'numeric', era: 'short' },
  { dateStyle: 'full' },
  { dateStyle: 'long' },
]

test.each(instants)('half days at %s', (instant) => {
  const options = { hour: 'numeric', minute: '2-digit', hour12: true, timeZone: 'Asia/Almaty' } as const
  expect(new Kazakh(options).format(new Date(instant))).toBe(new Intl.DateTimeFormat('kk', options).format(new Date(instant)))
})

test('this engine is an oracle', () => {
  expect(knowsKazakh()).toBe(true)
})

describe.each(shapes)('%o', (shape) => {
  test.each(instants)('%s', (instant) => {
    const options = { ...shape, timeZone: 'Asia/Almaty', hourCycle: 'h23' } as const
    expect(new Kazakh(options).format(new Date(instant))).toBe(new Intl.DateTimeFormat('kk', options).format(new Date(instant)))
  })
})
