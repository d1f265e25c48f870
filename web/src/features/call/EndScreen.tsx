import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useT } from '~/i18n'
import { Button, LinkButton, Row, Stack } from '~/ui'
import type { Call } from './CallPage'
import type { AccessRefusal, EndReason } from './engine'
import { otherQuery } from './queries'
import styles from './call.module.css'

type Reason = EndReason | 'over' | 'canceled' | 'forbidden' | 'signed_out'

/** Ends from which one may come back. */
const open: ReadonlySet<Reason> = new Set<Reason>(['left', 'elsewhere', 'refused'])
const held: ReadonlySet<Reason> = new Set<Reason>(['finished', 'finished_by_peer', 'ended_by_server', 'over', 'time_over'])

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
  const isSpecialist = call.party === 'specialist'
  const why: Reason = (refusal && refusals[refusal]) ?? reason
  useEffect(() => { document.querySelector<HTMLElement>('h1')?.focus() }, [why])
  return (
    <div className={styles.card}>
      <Stack>
        <h1 tabIndex={-1}>{t(`call.end.${why}.title`)}</h1>
        <p>{t(`call.end.${why}.text`)}</p>
        <Row>
          {onAgain && open.has(why) && (
            <Button variant="primary" onPress={onAgain}>{why === 'elsewhere' ? t('call.end.here') : t('call.end.again')}</Button>
          )}
          {why === 'signed_out' && (
            <LinkButton variant="primary" to="/sign-in" search={{ next: `/call/${call.appointment_id}` } as never}>{t('call.end.signIn')}</LinkButton>
          )}
          {held.has(why) && (isSpecialist ? <ToNote call={call} /> : (
            <LinkButton variant="primary" to={`/sessions/${call.appointment_id}/after` as never}>{t('call.end.after')}</LinkButton>
          ))}
          <LinkButton to={isSpecialist ? '/work/day' : '/sessions'}>{t('call.back')}</LinkButton>
        </Row>
      </Stack>
    </div>
  )
}

/** Right after the talk is when the note is written: on the client's page, or from the list where the client is not known. */
function ToNote({ call }: { call: Call }) {
  const t = useT()
  const { data: client } = useQuery(otherQuery(call.appointment_id, call.party))
  return (
    <LinkButton variant="primary" to={(client ? `/work/clients/${client}` : '/work/clients') as never}>{t('call.end.note')}</LinkButton>
  )
}
