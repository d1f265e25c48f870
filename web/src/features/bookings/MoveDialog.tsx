// Another time with the same specialist, for somebody who asked.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { useFormat, useOwnZone } from '~/i18n/format'
import { Banner, Button, Dialog, EmptyState, Loaded, Muted, Row, ShownZone, Stack, TimesByDay, toast, useProblemText } from '~/ui'
import { CauseField } from './CauseField'
import { timesQuery, type Alternative, type Booking } from './queries'
import { useChanged } from './useChanged'
import type { Cause } from './words'

export function MoveDialog({ booking, onClose }: { booking: Booking; onClose: () => void }) {
  const t = useT()
  const format = useFormat()
  const zone = useOwnZone()
  const text = useProblemText()
  const changed = useChanged()
  const [start, setStart] = useState<string>()
  const [cause, setCause] = useState<Cause | null>(null)
  const [isAsked, ask] = useState(false)
  const query = useQuery(timesQuery(booking))
  const move = useCommand(
    (to: { starts_at: string; cause: Cause }, key) =>
      data(api.POST('/api/operator/appointments/{id}/move', { params: { path: { id: booking.id } }, body: to, headers: idempotent(key) })),
    {
      onSuccess: (after) => {
        changed(after)
        toast(t('bookings.move.done'))
        onClose()
      },
      // Somebody else was quicker: what is free now.
      onError: () => { void query.refetch() },
    },
  )
  const pick = (at: string) => {
    move.reset()
    setStart(at)
  }
  const act = () => {
    ask(true)
    if (start !== undefined && cause !== null) move.mutate({ starts_at: start, cause })
  }
  const alternatives = ((move.error?.body['alternatives'] as readonly Alternative[] | undefined) ?? []).filter((one) => one.specialist_id === booking.specialist.id)
  return (
    <Dialog
      title={t('bookings.move.title')} isOpen onClose={onClose} size="wide"
      actions={(
        <>
          <Button variant="primary" isDisabled={start === undefined} isPending={move.isPending} onPress={act}>
            {start === undefined ? t('bookings.move.choose') : t('bookings.move.to', { time: format.momentInText(start) })}
          </Button>
          <Button onPress={onClose}>{t('bookings.leave')}</Button>
        </>
      )}
    >
      <Stack>
        <Muted>{t('bookings.move.now', { time: format.momentInText(booking.starts_at), name: booking.specialist.display_name })}</Muted>
        <ShownZone zone={zone} at={booking.starts_at} />
        <Muted>{t('bookings.move.consequence')}</Muted>
        <CauseField value={cause} onChange={setCause} error={isAsked && cause === null ? t('bookings.cause.missing') : undefined} />
        {move.error && <Banner tone="notice" announce>{text(move.error)}</Banner>}
        {alternatives.length > 0 && (
          <Row gap={2}>{alternatives.map((one) => <Button key={one.starts_at} onPress={() => { pick(one.starts_at) }}>{format.moment(one.starts_at)}</Button>)}</Row>
        )}
        <Loaded query={query} empty={({ starts }) => starts.length === 0 && <EmptyState icon="calendar" title={t('bookings.move.none')} />}>
          {({ starts }) => <TimesByDay starts={starts} onPick={pick} chosen={start ?? ''} />}
        </Loaded>
      </Stack>
    </Dialog>
  )
}
