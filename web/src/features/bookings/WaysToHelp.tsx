import { useState } from 'react'
import { api, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { Button, Confirm, Muted, Row, Section, toast } from '~/ui'
import { CancelDialog } from './CancelDialog'
import { MoveDialog } from './MoveDialog'
import type { Booking } from './queries'
import { useChanged } from './useChanged'

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
      <GiveBack booking={booking} isOpen={open === 'return'} onClose={close} />
    </Section>
  )
}

function GiveBack({ booking: { id }, isOpen, onClose }: { booking: Booking; isOpen: boolean; onClose: () => void }) {
  const t = useT()
  const changed = useChanged()
  const give = useCommand((_: undefined, key) => data(api.POST('/api/operator/appointments/{id}/give-back', { params: { path: { id } }, headers: idempotent(key) })), {
    onSuccess: (booking) => {
      changed(booking)
      toast(t('bookings.return.done'))
    },
  })
  return (
    <Confirm title={t('bookings.return.title')} confirm={t('bookings.return')} refuse={t('bookings.leave')} isOpen={isOpen} onClose={onClose} onConfirm={() => give.mutateAsync(undefined)}>
      <p>{t('bookings.return.consequence')}</p>
    </Confirm>
  )
}
