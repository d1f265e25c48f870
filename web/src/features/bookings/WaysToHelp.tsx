import { useState } from 'react'
import { api, data, idempotent } from '~/api'
import { useT } from '~/i18n'
import { Button, Muted, Row, Section } from '~/ui'
import { CancelDialog } from './CancelDialog'
import { CauseDialog } from './CauseDialog'
import { MoveDialog } from './MoveDialog'
import type { Booking } from './queries'

/** What can be done in this state; where nothing can, why. */
export function WaysToHelp({ booking }: { booking: Booking }) {
  const t = useT()
  const [open, setOpen] = useState<'move' | 'cancel' | 'return'>()
  const close = () => { setOpen(undefined) }
  const { policy, status } = booking
  const mayChange = policy?.may_move === true || policy?.may_cancel === true
  return (
    <Section title={t('bookings.help')}>
      {status === 'booked' && !mayChange && <Muted>{t('bookings.begun')}</Muted>}
      {status === 'held' && <Muted>{t('bookings.held')}</Muted>}
      {(status === 'completed' || status === 'canceled') && <Muted>{booking.is_counted ? t('bookings.return.lead') : t('bookings.over')}</Muted>}
      {status === 'expired' && <Muted>{t('bookings.expired')}</Muted>}
      <Row>
        {policy?.may_move && <Button icon="calendar" onPress={() => { setOpen('move') }}>{t('bookings.move')}</Button>}
        {policy?.may_cancel && <Button variant="quiet" onPress={() => { setOpen('cancel') }}>{t('bookings.cancel')}</Button>}
        {booking.is_counted && <Button icon="history" onPress={() => { setOpen('return') }}>{t('bookings.return')}</Button>}
      </Row>
      {open === 'move' && <MoveDialog booking={booking} onClose={close} />}
      {open === 'cancel' && <CancelDialog booking={booking} onClose={close} />}
      {open === 'return' && <GiveBack booking={booking} onClose={close} />}
    </Section>
  )
}

function GiveBack({ booking: { id }, onClose }: { booking: Booking; onClose: () => void }) {
  const t = useT()
  return (
    <CauseDialog
      title={t('bookings.return.title')} confirm={t('bookings.return')} done={t('bookings.return.done')} onClose={onClose}
      send={(cause, key) => data(api.POST('/api/operator/appointments/{id}/give-back', { params: { path: { id } }, body: { cause }, headers: idempotent(key) }))}
    >
      <p>{t('bookings.return.consequence')}</p>
    </CauseDialog>
  )
}
