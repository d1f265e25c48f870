// One consultation: what it is, the way in, and the ways out with their rule.
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Loader } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { AnchorButton, Card, Chip, Facts, LinkButton, Loaded, Muted, PageHeader, Row, Stack, TextSkeleton, When, useSecondsUntil } from '~/ui'
import { HeldTime } from './HeldTime'
import { appointmentQuery, type Appointment } from './queries'
import { WaysOut } from './WaysOut'
import { byOf, formatOf, statusOf } from './words'

export const loader: Loader = ({ queryClient, params }) => queryClient.query(appointmentQuery(params['id'] ?? ''))

export default function SessionPage() {
  const t = useT()
  const { id } = useParams({ from: '/employee/sessions/$id' })
  const query = useQuery(appointmentQuery(id))
  return (
    <>
      <PageHeader title={t('sessions.one')} back={{ to: '/sessions', label: t('sessions.title') }} />
      <Loaded query={query} skeleton={<TextSkeleton lines={6} />}>
        {(one) => (
          <Stack gap={5}>
            <Details one={one} />
            {one.status === 'held' && <HeldTime one={one} />}
            {one.status === 'booked' && <Booked one={one} />}
            {one.status !== 'held' && one.status !== 'booked' && <Over one={one} />}
          </Stack>
        )}
      </Loaded>
    </>
  )
}

function Details({ one }: { one: Appointment }) {
  const t = useT()
  const format = useFormat()
  const status = statusOf(one)
  const how = formatOf(one.format)
  return (
    <Card>
      <Stack>
        <Row><Chip tone={status === 'booked' ? 'accent' : status === 'held' || status === 'offered' ? 'notice' : 'neutral'}>{t(`sessions.status.${status}`)}</Chip></Row>
        <Facts items={[
          [t('sessions.when'), <When key="when" at={one.starts_at} who={t('sessions.specialist')} {...(one.specialist.time_zone ? { otherZone: one.specialist.time_zone } : {})} />],
          one.moved_from ? [t('sessions.movedFrom'), <When key="from" at={one.moved_from} />] : null,
          [t('sessions.who'), one.specialist.display_name],
          [t('sessions.what'), one.category.name],
          [t('sessions.length'), format.duration(one.length_min)],
          how && [t('sessions.format'), t(`sessions.format.${how}`)],
          one.canceled ? [t('sessions.canceled'), <span key="canceled">{t(`sessions.canceled.${byOf(one.canceled.by)}`)}, <When at={one.canceled.at} /></span>] : null,
          (one.status === 'completed' || one.status === 'canceled') && [t('sessions.counted'), one.is_counted ? t('sessions.counted.yes') : t('sessions.counted.no')],
        ]} />
      </Stack>
    </Card>
  )
}

function Booked({ one }: { one: Appointment }) {
  const t = useT()
  const format = useFormat()
  const opens = one.joins_from ?? one.starts_at
  const isOpen = useSecondsUntil(opens) === 0
  return (
    <Stack>
      {!isOpen && <Muted>{t('sessions.opens', { at: format.moment(opens) })}</Muted>}
      <Row>
        {isOpen && <LinkButton variant="primary" icon="door" to="/call/$id" params={{ id: one.id }}>{t('sessions.join')}</LinkButton>}
        <AnchorButton icon="calendar" href={`/api/appointments/${one.id}/invite.ics`} download="invite.ics">{t('sessions.calendar')}</AnchorButton>
      </Row>
      {one.policy && <WaysOut one={one} policy={one.policy} />}
    </Stack>
  )
}

function Over({ one }: { one: Appointment }) {
  const t = useT()
  return <Row><LinkButton variant="primary" to="/find/$id" params={{ id: one.specialist.id }} search={{ category: one.category.id }}>{t('sessions.again')}</LinkButton></Row>
}
