import { outcomeOf } from '~/api'
import { useT } from '~/i18n'
import { Chip } from '~/ui'
import type { Booking } from './queries'
import { statusOf } from './words'

const tones = { booked: 'accent', ongoing: 'positive', over: 'neutral', ended_early: 'neutral', held: 'notice', completed: 'neutral', canceled: 'neutral', expired: 'neutral' } as const

export function Status({ booking }: { booking: Booking }) {
  const t = useT()
  const status = statusOf(booking)
  const outcome = status === 'completed' ? outcomeOf(booking) : undefined
  return <Chip tone={tones[status]}>{outcome === undefined ? t(`bookings.status.${status}`) : t(`bookings.outcome.${outcome}`)}</Chip>
}
