import { nowMs } from '~/i18n/clock'
import { civilDateOf } from '~/i18n/format'
import type { Appointment, Waiting } from './queries'

const outcomes = ['employee_absent', 'specialist_absent', 'both_absent', 'cut_short'] as const
export const statuses = ['held', 'offered', 'booked', 'ongoing', 'over', 'completed', 'canceled', 'expired', ...outcomes] as const

/** What the appointment is to the person: a held time may have been offered from the waiting list, what has begun is no plan any more, and what is over
 * is what became of it. */
export function statusOf({ status, hold, starts_at, ends_at, outcome }: Pick<Appointment, 'status' | 'hold' | 'starts_at' | 'ends_at' | 'outcome'>, now = nowMs()): (typeof statuses)[number] {
  if (status === 'held' && hold && Date.parse(hold.expires_at) <= now) return 'expired'
  if (status === 'held' && hold?.is_offer) return 'offered'
  // The door stays open for a while after the end; what became of it is decided then.
  if (status === 'booked' && Date.parse(ends_at) <= now) return 'over'
  if (status === 'booked' && Date.parse(starts_at) <= now) return 'ongoing'
  if (status === 'completed') return outcomes.find((one) => one === outcome) ?? 'completed'
  return statuses.find((one) => one === status) ?? 'booked'
}

/** The last day of a wait, as it was chosen: its limit is the midnight after it. */
export const lastDay = (before: string, zone: string): string => civilDateOf(new Date(Date.parse(before) - 1), zone)

/** `video`, `audio` or `chat`; a format that this page does not know is not named. */
export const formatOf = (format: string) => (['video', 'audio', 'chat'] as const).find((one) => one === format)

/** Whom and when somebody who waits for anyone wants; of one specialist only when. */
export const conditionsOf = ({ specialist_id, time_of_day, gender, language }: Pick<Waiting, 'specialist_id' | 'time_of_day' | 'gender' | 'language'>) => ({
  part: (['morning', 'afternoon', 'evening'] as const).find((one) => one === time_of_day),
  gender: specialist_id ? undefined : (['female', 'male'] as const).find((one) => one === gender),
  language: specialist_id ? undefined : (['ru', 'kk', 'en'] as const).find((one) => one === language),
})

/** Who called it off. */
export const byOf = (by: string) => (['employee', 'specialist', 'operator'] as const).find((one) => one === by) ?? 'system'
