import { nowMs } from '~/i18n/clock'

const failures = ['employee_absent', 'specialist_absent', 'both_absent', 'cut_short'] as const
type Failure = (typeof failures)[number]

/** What kept a consultation from being held; undefined while that is not decided, and where nothing did. */
export const failureOf = (outcome: string | null | undefined): Failure | undefined => failures.find((one) => one === outcome)

/** How it ended; undefined while that is not decided. */
export const outcomeOf = (outcome: string | null | undefined): 'held' | Failure | undefined => (outcome === 'held' ? 'held' : failureOf(outcome))

export const isPast = (at: string, now = nowMs()): boolean => Date.parse(at) <= now

/** How what is booked stands by the clock. The door stays open for a while after the end; what became of it is decided then. */
export const phaseOf = ({ starts_at, ends_at }: { starts_at: string; ends_at: string }, now = nowMs()): 'booked' | 'ongoing' | 'over' =>
  isPast(ends_at, now) ? 'over' : isPast(starts_at, now) ? 'ongoing' : 'booked'
