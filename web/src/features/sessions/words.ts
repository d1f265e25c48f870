import type { Appointment } from './queries'

export const statuses = ['held', 'offered', 'booked', 'completed', 'canceled', 'expired'] as const

/** What the appointment is to the person: a held time may have been offered from the waiting list. */
export function statusOf({ status, hold }: Appointment): (typeof statuses)[number] {
  return status === 'held' && hold?.is_offer ? 'offered' : (statuses.find((one) => one === status) ?? 'booked')
}

/** `video`, `audio` or `chat`; a format that this page does not know is not named. */
export const formatOf = (format: string) => (['video', 'audio', 'chat'] as const).find((one) => one === format)

/** Who called it off. */
export const byOf = (by: string) => (['employee', 'specialist', 'operator'] as const).find((one) => one === by) ?? 'system'
