import { describe, expect, it, test } from 'vitest'
import type { Settings } from './queries'
import {
  clockFor, clockText, DAY, dragged, drawn, gripAt, hoursOn, isAlike, linesOf, merged, minuteAt, STEP, stretchOf, weeklyOf, withHours, withStretch,
  type Grip, type Stretch,
} from './stretches'
import { toWire, weekdayOf, weekdays } from './week'

const hm = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
const span = (from: string, to: string): Stretch => ({ from: hm(from), to: hm(to) })
const settings = (more: Partial<Settings> = {}): Settings => ({
  version: 3, time_zone: 'Europe/Moscow', rules: [], overrides: [], leaves: [], travel: [],
  buffer_before_min: 0, buffer_after_min: 0, min_notice_min: 0, rolling_days: 60, ...more,
})
const WEDNESDAY = '2026-12-02'
const rule = (days: string[], start: string, end: string, end_day_offset = 0) => ({ days, start, end, end_day_offset })

describe('a drag', () => {
  const day = [span('09:00', '12:00'), span('14:00', '18:00')]

  test.each<[string, Grip, string, string | null]>([
    ['opens whole quarters downwards', { kind: 'empty', at: hm('19:08') }, '20:20', '19:00–20:30'],
    ['and upwards', { kind: 'empty', at: hm('20:20') }, '19:08', '19:00–20:30'],
    ['a click opens nothing', { kind: 'empty', at: hm('19:08') }, '19:10', null],
    ['an edge lengthens', { kind: 'to', stretch: span('14:00', '18:00') }, '19:07', '14:00–19:00'],
    ['an edge shortens', { kind: 'from', stretch: span('14:00', '18:00') }, '15:10', '15:15–18:00'],
    ['an edge put back changes nothing', { kind: 'to', stretch: span('14:00', '18:00') }, '18:03', null],
    ['an edge does not pass the other: nothing is left', { kind: 'from', stretch: span('14:00', '18:00') }, '19:00', '18:00–18:00'],
    ['past midnight stays past midnight when the beginning is moved', { kind: 'from', stretch: span('22:00', '26:00') }, '21:00', '21:00–02:00'],
    ['an end drawn at midnight and put back there stays on the next day', { kind: 'to', stretch: span('22:00', '26:00') }, '24:00', null],
    ['and can be taken to this day', { kind: 'to', stretch: span('22:00', '26:00') }, '23:30', '22:00–23:30'],
  ])('%s', (_, grip, at, expected) => {
    const next = dragged(grip, hm(at))
    expect(next && `${clockText(next.from)}–${clockText(next.to)}`).toBe(expected)
  })

  it('takes an edge nearby, an empty place elsewhere, and nothing within open hours', () => {
    expect(gripAt(day, hm('12:05'), 8)).toEqual({ kind: 'to', stretch: day[0] })
    expect(gripAt(day, hm('13:55'), 8)).toEqual({ kind: 'from', stretch: day[1] })
    expect(gripAt(day, hm('13:00'), 8)).toEqual({ kind: 'empty', at: hm('13:00') })
    expect(gripAt(day, hm('10:30'), 8)).toBeNull()
    expect(gripAt([span('22:00', '26:00')], DAY, 8)).toMatchObject({ kind: 'to' })
  })

  it('joins what touches, and takes away what is pushed together', () => {
    const [first, second] = day as [Stretch, Stretch]
    expect(withStretch(day, { kind: 'to', stretch: first }, span('09:00', '14:00'))).toEqual([span('09:00', '18:00')])
    expect(withStretch(day, { kind: 'from', stretch: second }, span('18:00', '18:00'))).toEqual([first])
  })
})

describe('the settings', () => {
  const week = settings({ rules: [rule(['mon', 'wed'], '09:00', '12:00'), rule(['wed'], '22:00', '02:00', 1)] })

  it('for a date alone leave the week as it is', () => {
    const next = withHours(week, WEDNESDAY, [{ start: '10:00', end: '00:00' }], 'date')
    expect(next.rules).toEqual(week.rules)
    expect(hoursOn(next, WEDNESDAY)).toEqual([span('10:00', '24:00')])
    expect(hoursOn(next, '2026-12-09')).toEqual(hoursOn(week, '2026-12-09'))
  })

  it('for every week change one weekday, and the date itself', () => {
    const own = withHours(week, WEDNESDAY, [], 'date')
    const next = withHours(own, WEDNESDAY, [{ start: '10:00', end: '11:00' }], 'weekly')
    expect(next.overrides).toEqual([])
    expect(next.rules).toEqual([rule(['mon'], '09:00', '12:00'), rule(['wed'], '10:00', '11:00')])
    expect(hoursOn(next, '2026-12-09')).toEqual([span('10:00', '11:00')])
  })

  it('keep no exception that says what the week says', () => {
    const own = withHours(week, WEDNESDAY, [], 'date')
    expect(own.overrides).toHaveLength(1)
    expect(withHours(own, WEDNESDAY, linesOf(weeklyOf(week, WEDNESDAY)), 'date')).toEqual(week)
  })

  it('tell more than a day by lines that the server takes', () => {
    expect(linesOf([{ from: 0, to: 1560 }])).toEqual([{ start: '00:00', end: '00:00' }, { start: '02:00', end: '02:00' }])
  })
})

describe('a date on which the clock is changed', () => {
  const clockIn = (zone: string, starts: string, ends: string) => {
    const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    return clockFor(Date.parse(starts), Date.parse(ends), (at) => format.format(at))
  }

  it('has 23 hours in spring: the skipped hour is not there to be taken', () => {
    const clock = clockIn('Europe/Berlin', '2027-03-27T23:00Z', '2027-03-28T22:00Z')
    expect(clock.gap).toEqual(span('02:00', '03:00'))
    // Nine in the morning by the clock, eight hours after midnight.
    expect(clock.minuteOf(Date.parse('2027-03-28T07:00Z'))).toBe(hm('09:00'))
    expect(clock.minuteOf(Date.parse('2027-03-28T22:00Z'))).toBe(DAY)
    const across: Grip = { kind: 'empty', at: hm('01:00') }
    expect(dragged(across, hm('02:30'), clock)).toEqual(span('01:00', '02:00'))
    expect(dragged(across, hm('04:00'), clock)).toEqual(span('01:00', '04:00'))
    expect(dragged({ kind: 'empty', at: hm('02:20') }, hm('04:00'), clock)).toEqual(span('03:00', '04:00'))
    expect(dragged({ kind: 'empty', at: hm('02:05') }, hm('02:50'), clock)).toBeNull()
  })

  it('has 25 hours in autumn: what ends in the repeated hour does not end before it begins', () => {
    const clock = clockIn('Europe/Berlin', '2026-10-24T22:00Z', '2026-10-25T23:00Z')
    expect(clock.gap).toBeUndefined()
    expect(clock.minuteOf(Date.parse('2026-10-25T08:00Z'))).toBe(hm('09:00'))
    expect(drawn(clock, Date.parse('2026-10-25T00:40Z'), Date.parse('2026-10-25T01:30Z'))).toEqual(span('02:40', '03:30'))
    expect(drawn(clock, Date.parse('2026-10-25T07:00Z'), Date.parse('2026-10-25T23:00Z'))).toEqual(span('08:00', '24:00'))
  })

  it('may skip its midnight, or half an hour', () => {
    expect(clockIn('Africa/Cairo', '2026-04-23T22:00Z', '2026-04-24T21:00Z').gap).toEqual(span('00:00', '01:00'))
    expect(clockIn('Australia/Lord_Howe', '2026-10-03T13:30Z', '2026-10-04T13:00Z').gap).toEqual(span('02:00', '02:30'))
  })

  it('is an ordinary date otherwise, and asks no zone', () => {
    const starts = Date.parse('2026-12-01T21:00Z')
    const clock = clockFor(starts, starts + DAY * 60_000, () => { throw new Error('asked') })
    expect(clock.minuteOf(starts + 90 * 60_000)).toBe(90)
  })
})

/** Mulberry32: the same cases in every run, told by their number when one fails. */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

function forAll(check: (random: (below: number) => number) => void, cases = 500) {
  for (let seed = 1; seed <= cases; seed++) {
    try {
      check(randomOf(seed))
    } catch (error) {
      throw new Error(`case ${String(seed)}`, { cause: error })
    }
  }
}

const anyDate = (random: (below: number) => number) => new Date(Date.UTC(2026, 0, 1 + random(1000))).toISOString().slice(0, 10)
/** Lines as a person may type them, also not on quarters and over midnight. */
const anyLines = (random: (below: number) => number) =>
  Array.from({ length: random(4) }, () => ({ start: clockText(random(DAY)), end: clockText(random(DAY)) }))
const anySettings = (random: (below: number) => number): Settings => settings({
  rules: Array.from({ length: random(6) }, () => anyLines(random)).flat().map((hours) => ({ days: weekdays.filter(() => random(2) === 0), ...toWire(hours) }))
    .filter(({ days }) => days.length > 0),
  overrides: [...new Set(Array.from({ length: random(4) }, () => anyDate(random)))].map((date) => ({ date, intervals: anyLines(random).map(toWire) })),
})
/** Is the minute open? */
const covers = (hours: readonly Stretch[], minute: number) => hours.some(({ from, to }) => from <= minute && minute < to)

describe('whatever is drawn', () => {
  it('becomes lines that the server takes, in order and apart', () => {
    forAll((random) => {
      const hours = hoursOn(anySettings(random), anyDate(random))
      const grip = gripAt(hours, random(DAY + 1), random(20))
      const next = grip && dragged(grip, random(DAY + 1))
      const after = grip && next ? withStretch(hours, grip, next) : hours
      after.forEach(({ from, to }, i) => {
        expect(from).toBeLessThan(to)
        expect(from).toBeGreaterThan(after[i - 1]?.to ?? -1)
      })
      for (const { start, end, end_day_offset } of linesOf(after).map(toWire)) {
        expect(start < '24:00' && (end_day_offset === 0 ? start < end : end <= start)).toBe(true)
      }
      expect(merged(linesOf(after).map(toWire).map(stretchOf))).toEqual(after)
    })
  })

  it('touches only what was drawn over', () => {
    forAll((random) => {
      const hours = hoursOn(anySettings(random), anyDate(random))
      const grip = gripAt(hours, random(DAY + 1), random(20))
      const next = grip && dragged(grip, random(DAY + 1))
      if (!grip || !next) return
      const after = withStretch(hours, grip, next)
      const [from, to] = grip.kind === 'empty' ? [next.from, next.to]
        : [Math.min(next.from, grip.stretch.from), Math.max(next.to, grip.stretch.to)]
      const others = hours.filter((one) => grip.kind === 'empty' || one !== grip.stretch)
      const wrong = Array.from({ length: 2 * DAY }, (_, minute) => minute).filter((minute) => {
        const expected = minute >= from && minute < to ? covers([next], minute) || covers(others, minute) : covers(hours, minute)
        return covers(after, minute) !== expected
      })
      expect(wrong).toEqual([])
    }, 200)
  })

  it('has the moved edges on quarters, within the day, and never over a skipped hour', () => {
    forAll((random) => {
      const gap = random(2) === 0 ? undefined : { from: random(23) * 60, to: 0 }
      if (gap) gap.to = gap.from + 60
      const grip: Grip = { kind: 'empty', at: random(DAY * 10) / 10 }
      const next = dragged(grip, minuteAt(random(1000) / 999, { from: 0, to: DAY }), gap ? { gap } : {})
      if (!next) return
      expect([next.from % STEP, next.to % STEP]).toEqual([0, 0])
      expect(next.from).toBeGreaterThanOrEqual(0)
      expect(next.to).toBeLessThanOrEqual(DAY)
      expect(next.from).toBeLessThan(next.to)
      for (const edge of gap ? [next.from, next.to] : []) expect(edge > (gap?.from ?? 0) && edge < (gap?.to ?? 0)).toBe(false)
    })
  })

  it('for a date changes this date alone; for every week this weekday alone; and both are seen on the date', () => {
    forAll((random) => {
      const before = anySettings(random)
      const [date, lines] = [anyDate(random), anyLines(random)]
      for (const scope of ['date', 'weekly'] as const) {
        const after = withHours(before, date, lines, scope)
        expect(hoursOn(after, date)).toEqual(merged(lines.map(toWire).map(stretchOf)))
        for (let i = 0; i < 14; i++) {
          const other = new Date(Date.parse(`${date}T00:00Z`) + (i - 7) * 86_400_000).toISOString().slice(0, 10)
          if (other === date) continue
          const isSameWeekday = weekdayOf(other) === weekdayOf(date)
          const hasOwn = before.overrides?.some((entry) => entry.date === other) ?? false
          const expected = scope === 'weekly' && isSameWeekday && !hasOwn ? hoursOn(after, date) : hoursOn(before, other)
          expect(isAlike(hoursOn(after, other), expected)).toBe(true)
        }
        expect({ ...after, rules: [], overrides: [] }).toEqual({ ...before, rules: [], overrides: [] })
      }
    }, 200)
  })
})
