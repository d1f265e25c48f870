// Another time with the same specialist.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button, Dialog, EmptyState, Loaded, Muted, Row, Stack, TimesByDay, toast, useProblemText } from '~/ui'
import { otherTimesQuery, type Alternative, type Appointment } from './queries'

export function MoveDialog({ one, onClose }: { one: Appointment; onClose: () => void }) {
  const t = useT()
  const format = useFormat()
  const text = useProblemText()
  const queryClient = useQueryClient()
  const [start, setStart] = useState<string>()
  const query = useQuery(otherTimesQuery(one))
  const move = useCommand((at: string, key) => data(api.POST('/api/appointments/{id}/move', { params: { path: { id: one.id } }, body: { starts_at: at }, headers: idempotent(key) })), {
    onSuccess: () => {
      toast(t('sessions.move.done'))
      void queryClient.invalidateQueries({ queryKey: ['booking'] })
      onClose()
    },
    onError: () => { void query.refetch() },
  })
  const alternatives = ((move.error?.body['alternatives'] as readonly Alternative[] | undefined) ?? []).filter((other) => other.specialist_id === one.specialist.id)
  const pick = (at: string) => {
    move.reset()
    setStart(at)
  }
  return (
    <Dialog title={t('sessions.move.title')} isOpen onClose={onClose} actions={(
      <>
        <Button variant="primary" isDisabled={start === undefined} isPending={move.isPending} onPress={() => { if (start !== undefined) move.mutate(start) }}>{start === undefined ? t('sessions.move.choose') : t('sessions.move.to', { time: format.momentInText(start) })}</Button>
        <Button onPress={onClose}>{t('sessions.move.keep')}</Button>
      </>
    )}>
      <Stack>
        <Muted>{t('sessions.move.now', { time: format.momentInText(one.starts_at), name: one.specialist.display_name })}</Muted>
        {move.error && <Banner tone="notice" announce>{text(move.error)}</Banner>}
        {alternatives.length > 0 && <Row gap={2}>{alternatives.map((other) => <Button key={other.starts_at} onPress={() => { pick(other.starts_at) }}>{format.moment(other.starts_at)}</Button>)}</Row>}
        <Loaded query={query} empty={({ starts }) => starts.length === 0 && <EmptyState icon="calendar" title={t('sessions.move.none')} />}>
          {({ starts }) => <TimesByDay starts={starts} onPick={pick} chosen={start ?? ''} />}
        </Loaded>
      </Stack>
    </Dialog>
  )
}
