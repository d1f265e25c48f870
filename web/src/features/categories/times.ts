// The starts that a category's rules would offer on an example day: the same rules as the slot engine's (docs of `domain::scheduling::grid`), for
// one day without pauses, so that the choice can be seen before it is made.
import type { Alignment } from './values'

/** Minutes from midnight. */
interface Span {
  from: number
  to: number
}

/** Open from 9:10 to 13:00, something else from 10:40 to 11:15: a day on which the three ways differ. */
export const exampleDay = { open: { from: 9 * 60 + 10, to: 13 * 60 }, busy: { from: 10 * 60 + 40, to: 11 * 60 + 15 } } as const

/** The largest of these that divides the interval: what "round" means there. */
const grainOf = (interval: number): number => [60, 30, 20, 15, 10, 5].find((grain) => interval % grain === 0) ?? 1

const steps = (anchor: number, interval: number, until: number): number[] =>
  Array.from({ length: Math.max(0, Math.floor((until - anchor) / interval) + 1) }, (_, k) => anchor + k * interval)

export function exampleStarts(alignment: Alignment, interval: number, length: number): number[] {
  if (!(interval >= 5) || !(length >= 10)) return []
  const { open, busy } = exampleDay
  const gaps: Span[] = [{ from: open.from, to: busy.from }, { from: busy.to, to: open.to }]
  if (alignment === 'window_start') {
    return steps(open.from, interval, open.to - length).filter((start) => gaps.some((gap) => start >= gap.from && start + length <= gap.to))
  }
  const grain = grainOf(interval)
  return gaps.flatMap((gap) => steps(alignment === 'free_start' ? gap.from : Math.ceil(gap.from / grain) * grain, interval, gap.to - length))
}

export const clockOf = (minutes: number): string => `${String(Math.floor(minutes / 60))}:${String(minutes % 60).padStart(2, '0')}`
