import { api, data, idempotent } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { CauseDialog } from './CauseDialog'
import type { Booking } from './queries'

/** Calling off for somebody. */
export function CancelDialog({ booking, onClose }: { booking: Booking; onClose: () => void }) {
  const t = useT()
  const format = useFormat()
  return (
    <CauseDialog
      title={t('bookings.cancel.title')} confirm={t('bookings.cancel')} isDanger done={t('bookings.cancel.done')} onClose={onClose}
      send={(cause, key) => data(api.POST('/api/operator/appointments/{id}/cancel', { params: { path: { id: booking.id } }, body: { cause }, headers: idempotent(key) }))}
    >
      <p>{t('bookings.cancel.what', { time: format.moment(booking.starts_at), name: booking.specialist.display_name })}</p>
      <ul>
        <li>{t('bookings.cancel.uncounted')}</li>
        <li>{t('bookings.cancel.mail')}</li>
        <li>{t('bookings.cancel.free')}</li>
      </ul>
    </CauseDialog>
  )
}
