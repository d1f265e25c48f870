import { useState } from 'react'
import { api, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button, Dialog, Stack, toast, useProblemText } from '~/ui'
import { CauseField } from './CauseField'
import type { Booking } from './queries'
import { useChanged } from './useChanged'
import type { Cause } from './words'

/** Calling off for somebody: what it means for the people stands above the button. */
export function CancelDialog({ booking, onClose }: { booking: Booking; onClose: () => void }) {
  const t = useT()
  const format = useFormat()
  const text = useProblemText()
  const changed = useChanged()
  const [cause, setCause] = useState<Cause | null>(null)
  const [isAsked, ask] = useState(false)
  const cancel = useCommand(
    (why: Cause, key) => data(api.POST('/api/operator/appointments/{id}/cancel', { params: { path: { id: booking.id } }, body: { cause: why }, headers: idempotent(key) })),
    {
      onSuccess: (after) => {
        changed(after)
        toast(t('bookings.cancel.done'))
        onClose()
      },
    },
  )
  const act = () => {
    ask(true)
    if (cause !== null) cancel.mutate(cause)
  }
  return (
    <Dialog
      role="alertdialog" title={t('bookings.cancel.title')} isOpen onClose={onClose}
      actions={(
        <>
          <Button variant="danger" isPending={cancel.isPending} onPress={act}>{t('bookings.cancel')}</Button>
          <Button onPress={onClose}>{t('bookings.leave')}</Button>
        </>
      )}
    >
      <Stack>
        <p>{t('bookings.cancel.what', { time: format.moment(booking.starts_at), name: booking.specialist.display_name })}</p>
        <ul>
          <li>{t('bookings.cancel.uncounted')}</li>
          <li>{t('bookings.cancel.mail')}</li>
          <li>{t('bookings.cancel.free')}</li>
        </ul>
        <CauseField value={cause} onChange={setCause} error={isAsked && cause === null ? t('bookings.cause.missing') : undefined} />
        {cancel.error && <Banner tone="danger" announce>{text(cancel.error)}</Banner>}
      </Stack>
    </Dialog>
  )
}
