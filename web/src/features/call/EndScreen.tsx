import { useT } from '~/i18n'
import { Button, LinkButton, Row, Stack } from '~/ui'
import type { Call } from './CallPage'
import type { AccessRefusal, EndReason } from './engine'
import styles from './call.module.css'

type Reason = EndReason | 'over' | 'canceled'

/** Ends from which one may come back. */
const open: ReadonlySet<Reason> = new Set<Reason>(['left', 'elsewhere', 'refused'])

export function EndScreen({ call, reason, refusal = null, onAgain }: { call: Call; reason: Reason; refusal?: AccessRefusal | null; onAgain?: () => void }) {
  const t = useT()
  const isSpecialist = call.party === 'specialist'
  const over: Reason = refusal === 'over' ? 'over' : refusal === 'cancelled' ? 'canceled' : reason
  const mayReturn = onAgain !== undefined && open.has(over) && refusal !== 'forbidden'
  const wasHeld = over === 'finished' || over === 'finished_by_peer' || over === 'ended_by_server' || over === 'over' || over === 'time_over'
  return (
    <div className={styles.card}>
      <Stack>
        <h1 tabIndex={-1}>{t(`call.end.${over}.title`)}</h1>
        <p>{t(`call.end.${over}.text`)}</p>
        <Row>
          {mayReturn && <Button variant="primary" onPress={onAgain}>{over === 'elsewhere' ? t('call.end.here') : t('call.end.again')}</Button>}
          {wasHeld && !isSpecialist && (
            <LinkButton variant="primary" to={`/sessions/${call.appointment_id}/after` as never}>{t('call.end.after')}</LinkButton>
          )}
          <LinkButton to={(isSpecialist ? '/work/day' : '/sessions')}>{t('call.back')}</LinkButton>
        </Row>
      </Stack>
    </div>
  )
}
