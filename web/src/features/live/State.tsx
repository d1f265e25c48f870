import { outcomeOf, wasShorter } from '~/api'
import { useT } from '~/i18n'
import { Chip, Row } from '~/ui'
import type { Session } from './queries'
import { aloneMs, groupOf, needsHelp } from './standing'

const states = ['ahead', 'open', 'employee_waits', 'specialist_waits', 'together', 'overdue', 'canceled'] as const

/** How a consultation stands, in words; for how long somebody has been alone; whether the two hear each other. */
export function State({ session, now }: { session: Session; now: number }) {
  const t = useT()
  if (session.state === 'ended') {
    const outcome = outcomeOf(session)
    return (
      <Row gap={2}>
        <Chip tone={outcome === undefined || outcome === 'held' ? 'neutral' : 'notice'}>{outcome ? t(`live.outcome.${outcome}`) : t('live.outcome.open')}</Chip>
        {outcome !== 'ended_early' && wasShorter(session) && <Chip icon="time">{t('live.endedEarly')}</Chip>}
      </Row>
    )
  }
  const known = states.find((one) => one === session.state) ?? 'ahead'
  const state = known === 'together' && groupOf(session, now) === 'ahead' ? 'early' : known
  const alone = Math.floor(aloneMs(session, now) / 60_000)
  const isUrgent = needsHelp(session, now)
  return (
    <Row gap={2}>
      <Chip tone={isUrgent ? 'notice' : state === 'together' ? 'positive' : state === 'ahead' || state === 'canceled' ? 'neutral' : 'accent'} {...(isUrgent && { icon: 'notice' as const })}>
        {t(`live.state.${state}`)}
      </Chip>
      {alone > 0 && <Chip tone={isUrgent ? 'notice' : 'neutral'} icon="time">{t('live.alone', { count: alone })}</Chip>}
      <Connection session={session} />
    </Row>
  )
}

function Connection({ session }: { session: Session }) {
  const t = useT()
  switch (session.connection) {
    case 'connected':
      return <Chip icon="check">{t('live.connection.connected')}</Chip>
    case 'connecting':
      return <Chip tone="notice" icon="refresh">{t('live.connection.connecting')}</Chip>
    case 'lost':
      return <Chip tone="notice" icon="offline">{t('live.connection.lost')}</Chip>
    default:
      return null
  }
}
