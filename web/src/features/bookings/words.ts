// Names of values as the API gives them.
import { phaseOf } from '~/api'
import { nowMs } from '~/i18n/clock'
import type { Booking } from './queries'

const within = <T extends string>(known: readonly T[], raw: string | null | undefined): T | undefined => known.find((one) => one === raw)

/** What has begun is no plan any more, nor is what is over going on. */
export function statusOf(booking: Booking, now = nowMs()) {
  if (booking.status === 'booked') return phaseOf(booking, now)
  return within(['held', 'completed', 'canceled', 'expired'], booking.status) ?? 'expired'
}

export const formatOf = (booking: Booking) => within(['video', 'audio', 'chat'], booking.format)
export const canceledByOf = (booking: Booking) => within(['employee', 'specialist', 'operator', 'system'], booking.canceled?.by)

/** Why the operator acts for somebody; goes into the audit log. */
export const causes = ['employee_asked', 'specialist_asked', 'technical', 'service'] as const
export type Cause = (typeof causes)[number]
