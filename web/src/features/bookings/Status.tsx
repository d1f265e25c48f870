import { useT } from '~/i18n'
import { Chip } from '~/ui'
import type { Booking } from './queries'
import { statusOf } from './words'

const tones = { booked: 'accent', held: 'notice', completed: 'neutral', canceled: 'neutral', expired: 'neutral' } as const

export function Status({ booking }: { booking: Booking }) {
  const t = useT()
  const status = statusOf(booking)
  return <Chip tone={tones[status]}>{t(`bookings.status.${status}`)}</Chip>
}
