import { failureOf, isPast, phaseOf } from '~/api'
import { nowMs } from '~/i18n/clock'
import type { Appointment, Waiting } from './queries'

const statuses = ['held', 'booked', 'completed', 'canceled', 'expired'] as const

/** What the appointment is to the person: a held time may have been offered from the waiting list, what has begun is no plan any more, and what is over
 * is what became of it. */
export function statusOf(one: Pick<Appointment, 'status' | 'hold' | 'starts_at' | 'ends_at' | 'planned_ends_at' | 'outcome'>, now = nowMs()) {
  const status = statuses.find((known) => known === one.status) ?? 'booked'
  switch (status) {
    case 'held': return one.hold && isPast(one.hold.expires_at, now) ? 'expired' : one.hold?.is_offer ? 'offered' : status
    case 'booked': return phaseOf(one, now)
    case 'completed': return failureOf(one) ?? status
    default: return status
  }
}

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
