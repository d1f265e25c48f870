// The open hours of a day as a person draws them: from a place on the screen to new rules. Pure: no React, no screen, no clock of its own.
// All times are minutes of the clock on the wall since the date's midnight, because rules are: «from nine» is nine also on the day when the
// clock is changed. A stretch belongs to the date on which it begins and may end on the next one (up to 2 × DAY).
import type { Settings } from './queries'
import { toWire, weekdayOf, weekdays, type Hours } from './week'

export const DAY = 1440
/** What a drag snaps to; also the shortest stretch. */
export const STEP = 15

export interface Stretch {
  from: number
  to: number
}

type WireHours = Settings['rules'][number]
type Interval = Pick<WireHours, 'start' | 'end' | 'end_day_offset'>

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
/** `HH:MM`; the end of a day is `24:00`, what lies beyond is told by the next day's clock. */
export const clockText = (minute: number): string => {
  const within = minute > DAY ? minute - DAY : minute
  return `${String(Math.floor(within / 60)).padStart(2, '0')}:${String(within % 60).padStart(2, '0')}`
}

export const stretchOf = ({ start, end, end_day_offset }: Interval): Stretch => ({ from: minutesOf(start), to: minutesOf(end) + DAY * (end_day_offset ?? 0) })

/** As lines of the editor. The server takes no line longer than a day: such a stretch is told by two that overlap. */
export const linesOf = (stretches: readonly Stretch[]): Hours[] =>
  stretches
    .flatMap(({ from, to }) => (to - from > DAY ? [{ from, to: DAY }, { from: to - DAY, to }] : [{ from, to }]))
    .map(({ from, to }) => ({ start: clockText(from), end: clockText(to % DAY) }))

/** In order, without what is empty; what overlaps or touches is one. */
export function merged(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = []
  for (const { from, to } of stretches.filter((one) => one.from < one.to).sort((one, other) => one.from - other.from)) {
    const last = result.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else result.push({ from, to })
  }
  return result
}

/** What the weekly rules say for a date. */
export function weeklyOf(settings: Pick<Settings, 'rules'>, date: string): Stretch[] {
  const day = weekdays[weekdayOf(date)] ?? 'mon'
  return merged(settings.rules.filter((rule) => rule.days.includes(day)).map(stretchOf))
}

/** The hours that begin on a date: its own, or else those of every week. */
export function hoursOn(settings: Pick<Settings, 'rules' | 'overrides'>, date: string): Stretch[] {
  const own = (settings.overrides ?? []).find((entry) => entry.date === date)
  return own ? merged(own.intervals.map(stretchOf)) : weeklyOf(settings, date)
}

/** What part of a day is on the screen. */
export type Reach = Stretch

/** The minute at a place of the column, `part` of its height from the top; not snapped. */
export const minuteAt = (part: number, reach: Reach): number => reach.from + Math.min(1, Math.max(0, part)) * (reach.to - reach.from)

/** Where the clock of a date leaps or repeats; most dates have neither. */
export interface Clock {
  /** The minute that the clock on the wall shows at an instant of the date, milliseconds since the epoch. */
  minuteOf: (at: number) => number
  /** Minutes that the clock leaps over: they do not exist on that date. */
  gap?: Stretch
}

/**
 * The clock of a date that lasts from `starts` to `ends`. `wallOf` reads the zone's clock; it is asked only on dates of another length than
 * 24 hours. Every change of the clock known to the zones of today is by whole quarters of an hour.
 */
export function clockFor(starts: number, ends: number, wallOf: (at: number) => string): Clock {
  const length = (ends - starts) / 60_000
  if (length === DAY) return { minuteOf: (at) => Math.round((at - starts) / 60_000) }
  const read = (at: number) => (at >= ends ? DAY : minutesOf(wallOf(at)))
  // Backwards the clock is set on a longer date, forwards on a shorter one: only there something is missing.
  let before = 0
  for (let at = starts; length < DAY && at <= ends; at += STEP * 60_000) {
    const minute = read(at)
    if (minute > before) return { minuteOf: read, gap: { from: before, to: minute } }
    before = minute + STEP
  }
  return { minuteOf: read }
}

/** From when to when something is drawn. In a repeated hour the clock may go back between the two: then it is as tall as it lasts. */
export function drawn(clock: Clock, from: number, to: number): Stretch {
  const [first, last] = [clock.minuteOf(from), clock.minuteOf(to)]
  return { from: first, to: last > first ? last : Math.min(DAY, first + Math.round((to - from) / 60_000)) }
}

/** What the pointer took: an empty place of the day, or an edge of one of its stretches. */
export type Grip = { kind: 'empty'; at: number } | { kind: 'from' | 'to'; stretch: Stretch }

/** What a pointer takes hold of at a minute: the nearest edge not further than `near`, else an empty place. Inside of open hours: nothing. */
export function gripAt(hours: readonly Stretch[], minute: number, near: number): Grip | null {
  const edges = hours.flatMap((stretch) => [
    { kind: 'from' as const, stretch, distance: Math.abs(stretch.from - minute) },
    { kind: 'to' as const, stretch, distance: Math.abs(Math.min(DAY, stretch.to) - minute) },
  ])
  const nearest = edges.sort((one, other) => one.distance - other.distance)[0]
  if (nearest && nearest.distance <= near) return { kind: nearest.kind, stretch: nearest.stretch }
  return hours.some(({ from, to }) => from <= minute && minute < to) ? null : { kind: 'empty', at: minute }
}

const snap = (minute: number, how: (value: number) => number = Math.round): number => Math.min(DAY, Math.max(0, how(minute / STEP) * STEP))

/** The stretch while the pointer is at a minute. Null while nothing would change, or if all of it is a time that does not exist. */
export function dragged(grip: Grip, minute: number, clock: Pick<Clock, 'gap'> = {}): Stretch | null {
  const next = grip.kind === 'empty' ? opened(grip.at, minute) : moved(grip, minute)
  return next && outOfGap(next, clock.gap)
}

/** From the quarter where the pointer went down to the one where it is, both of them whole, in either direction. */
function opened(at: number, minute: number): Stretch | null {
  // Less than half a step is a click, or a hand that trembles.
  if (Math.abs(minute - at) < STEP / 2) return null
  return { from: snap(Math.min(at, minute), Math.floor), to: snap(Math.max(at, minute), Math.ceil) }
}

/** The other edge stays; a stretch is never turned round, and to be taken away wholly it is pushed together. */
function moved({ kind, stretch }: { kind: 'from' | 'to'; stretch: Stretch }, minute: number): Stretch | null {
  const edge = snap(minute)
  const next = kind === 'from' ? { from: Math.min(edge, stretch.to), to: stretch.to } : { from: stretch.from, to: Math.max(edge, stretch.from) }
  // An end on the next date is drawn at midnight: taken there and put back there, it stays what it was.
  const isSame = next.from === stretch.from && next.to === Math.min(stretch.to, kind === 'to' ? DAY : Infinity)
  return isSame ? null : next
}

/** RFC 5545 puts 02:30 of a skipped hour at 03:30; a person who draws means the hours that exist. */
function outOfGap({ from, to }: Stretch, gap: Stretch | undefined): Stretch | null {
  if (!gap) return { from, to }
  const isInside = (minute: number) => gap.from < minute && minute < gap.to
  const start = isInside(from) || from === gap.from ? gap.to : from
  const end = isInside(to) || to === gap.to ? gap.from : to
  return from < to && end <= start ? null : { from: start, to: end }
}

/** The day's hours once `next` is there, in place of what was taken by its edge. */
export const withStretch = (hours: readonly Stretch[], grip: Grip, next: Stretch): Stretch[] =>
  merged([...hours.filter((one) => grip.kind === 'empty' || one.from !== grip.stretch.from || one.to !== grip.stretch.to), next])

/** For whom a change is meant. */
export type Scope = 'date' | 'weekly'

/** Settings in which the date, or the weekday of the date in every week, has these lines, in their order. */
export const withHours = (settings: Settings, date: string, lines: readonly Hours[], scope: Scope): Settings =>
  scope === 'date' ? onDate(settings, date, lines) : everyWeek(settings, date, lines)

export const isAlike = (one: readonly Stretch[], other: readonly Stretch[]) =>
  one.length === other.length && one.every((stretch, i) => stretch.from === other[i]?.from && stretch.to === other[i].to)

/** A date whose hours are those of every week has none of its own: it follows when the week changes. */
function onDate(settings: Settings, date: string, lines: readonly Hours[]): Settings {
  const others = (settings.overrides ?? []).filter((entry) => entry.date !== date)
  const intervals = lines.map(toWire)
  if (isAlike(merged(intervals.map(stretchOf)), weeklyOf(settings, date))) return { ...settings, overrides: others }
  return { ...settings, overrides: [...others, { date, intervals }] }
}

/** Rules of other weekdays are left as they are. The date's own hours go: they would hide the change on the very day it was made on. */
function everyWeek(settings: Settings, date: string, lines: readonly Hours[]): Settings {
  const day = weekdays[weekdayOf(date)] ?? 'mon'
  const kept = settings.rules
    .map((rule) => ({ ...rule, days: rule.days.filter((one) => one !== day) }))
    .filter((rule) => rule.days.length > 0)
  return {
    ...settings,
    rules: [...kept, ...lines.map((hours) => ({ days: [day], ...toWire(hours) }))],
    overrides: (settings.overrides ?? []).filter((entry) => entry.date !== date),
  }
}

/** Where the server's mistakes about line `line` point to. */
export function pointerOf(next: Settings, date: string, line: number, lines: number, scope: Scope): string {
  if (scope === 'weekly') return `/rules/${String(next.rules.length - lines + line)}`
  const position = (next.overrides ?? []).findIndex((entry) => entry.date === date)
  return `/overrides/${String(position)}/intervals/${String(line)}`
}

/** The hours that are always drawn; nights only when there is something in them. */
const ORDINARY: Reach = { from: 7 * 60, to: 22 * 60 }

/** Whole hours in which all that is to be seen lies. */
export const weekReach = (seen: readonly Stretch[]): Reach => ({
  from: Math.floor(Math.min(ORDINARY.from, ...seen.map(({ from }) => from)) / 60) * 60,
  to: Math.ceil(Math.max(ORDINARY.to, ...seen.map(({ to }) => to)) / 60) * 60,
})
