import { nowMs } from '~/i18n/clock'

const failures = ['employee_absent', 'specialist_absent', 'both_absent', 'cut_short'] as const
type Failure = (typeof failures)[number]

interface Times {
  starts_at: string
  ends_at: string
  /** When it was to end, if the specialist ended it before. */
  planned_ends_at?: string | null | undefined
}

interface Settled extends Pick<Times, 'planned_ends_at'> {
  outcome?: string | null | undefined
}

/** What kept a consultation from being held; undefined while that is not decided, and where nothing did. What was ended on purpose did not break off. */
export function failureOf({ outcome, planned_ends_at }: Settled): Failure | 'ended_early' | undefined {
  const failure = failures.find((one) => one === outcome)
  return failure === 'cut_short' && planned_ends_at ? 'ended_early' : failure
}

/** How it ended; undefined while that is not decided. */
export const outcomeOf = (one: Settled): 'held' | ReturnType<typeof failureOf> => (one.outcome === 'held' ? 'held' : failureOf(one))

export const isPast = (at: string, now = nowMs()): boolean => Date.parse(at) <= now

/** How what is booked stands by the clock. The door stays open for a while after the end; what became of it is decided then. */
export const phaseOf = ({ starts_at, ends_at, planned_ends_at }: Times, now = nowMs()): 'booked' | 'ongoing' | 'over' | 'ended_early' =>
  planned_ends_at ? 'ended_early' : isPast(ends_at, now) ? 'over' : isPast(starts_at, now) ? 'ongoing' : 'booked'

/** Of less nobody would say that it ended early. */
const EARLY_MS = 5 * 60_000

/** Whether the two had less time together than they had planned; where somebody did not come, that is what is told. */
export const wasShorter = (one: Pick<Times, 'ends_at'> & Settled): boolean =>
  !!one.planned_ends_at && Date.parse(one.planned_ends_at) - Date.parse(one.ends_at) >= EARLY_MS && !outcomeOf(one)?.endsWith('absent')
