import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { failureOf } from '~/api'
import { useT } from '~/i18n'
import { Button, LinkButton, Row, Stack } from '~/ui'
import type { Call } from './CallPage'
import type { AccessRefusal, EndReason } from './engine'
import { haveMet } from './outcome'
import { appointmentQuery } from './queries'
import styles from './call.module.css'

type Reason = EndReason | 'over' | 'canceled' | 'forbidden' | 'signed_out'

/** Ends from which one may come back. */
const open: ReadonlySet<Reason> = new Set<Reason>(['left', 'elsewhere', 'refused'])
const final: ReadonlySet<Reason> = new Set<Reason>(['finished', 'finished_by_peer', 'ended_by_server', 'over', 'time_over'])

/** Why the server lets nobody in, as an end; what it does not tell stays "refused". */
const refusals: Partial<Record<AccessRefusal, Reason>> = { over: 'over', cancelled: 'canceled', forbidden: 'forbidden', signed_out: 'signed_out' }

interface Props {
  call: Call
  reason: EndReason | 'over' | 'canceled'
  refusal?: AccessRefusal | null
  onAgain?: () => void
}

/** What happened, and the way on. */
export function EndScreen({ call, reason, refusal = null, onAgain }: Props) {
  const t = useT()
  const why: Reason = (refusal && refusals[refusal]) ?? reason
  const isAccessEnded = call.party === 'specialist' && call.is_access_ended && (final.has(why) || why === 'canceled')
  const isByOther = call.party === 'employee' && call.ended_at !== undefined && why === 'ended_by_server'
  useEffect(() => { document.querySelector<HTMLElement>('h1')?.focus() }, [why])
  const back = <LinkButton to={call.party === 'specialist' ? '/work/day' : '/sessions'}>{t('call.back')}</LinkButton>
  return (
    <div className={styles.card}>
      <Stack>
        <h1 tabIndex={-1}>{t(`call.end.${why}.title`)}</h1>
        <p>{isAccessEnded ? t('call.end.accessEnded') : t(isByOther ? 'call.end.bySpecialist' : `call.end.${why}.text`)}</p>
        {final.has(why) ? <Outcome call={call} back={back} /> : (
          <Row>
            {onAgain && open.has(why) && (
              <Button variant="primary" onPress={onAgain}>{why === 'elsewhere' ? t('call.end.here') : t('call.end.again')}</Button>
            )}
            {why === 'signed_out' && (
              <LinkButton variant="primary" to="/sign-in" search={{ next: `/call/${call.appointment_id}` } as never}>{t('call.end.signIn')}</LinkButton>
            )}
            {back}
          </Row>
        )}
      </Stack>
    </div>
  )
}

/** What became of the consultation and of the session that was paid for: decided by the server a moment after the end (`routes/live.ts` hears of it). */
function Outcome({ call, back }: { call: Call; back: React.ReactNode }) {
  const t = useT()
  const { party } = call
  const { data: one } = useQuery({ ...appointmentQuery(call.appointment_id), refetchInterval: ({ state }) => (state.data?.status === 'completed' ? false : 15_000) })
  const failed = failureOf({ outcome: one?.outcome })
  const failure = failed === 'ended_early' ? 'cut_short' : failed
  return (
    <>
      <p role="status">
        {one?.status === 'booked' && t('call.became.soon')}
        {one && failure && `${t(`call.became.${failure}`, { party })} ${t(one.is_counted ? 'call.became.used' : 'call.became.returned', { party })}`}
      </p>
      <Row>
        {haveMet(one?.outcome, call.was_other_present) ? (
          // Right after the talk is when the note is written: on the client's page, or from the list where the client is not known.
          party === 'specialist'
            ? <LinkButton variant="primary" to={(one?.client ? `/work/clients/${one.client.id}` : '/work/clients') as never}>{t('call.end.note')}</LinkButton>
            : <LinkButton variant="primary" to={`/sessions/${call.appointment_id}/after` as never}>{t('call.end.after')}</LinkButton>
        ) : one && party === 'employee' && (
          <LinkButton variant="primary" icon="calendar" to={`/find/${one.specialist.id}` as never} search={{ category: one.category.id } as never}>{t('call.end.book')}</LinkButton>
        )}
        {back}
      </Row>
    </>
  )
}
