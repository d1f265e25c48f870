// One consultation: what it is, the way in, and the ways out with their rule.
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { categoriesQuery, type Loader, photoOf, wasShorter } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import {
  AnchorButton, Avatar, Beside, Card, Chip, Facts, LinkButton, List, ListItem, Loaded, Icon, Muted, OwnZone, PageHeader, Row, Section, Span, Stack, TextSkeleton, When, useSecondsUntil,
} from '~/ui'
import { HeldTime } from './HeldTime'
import { appointmentQuery, type Appointment } from './queries'
import { WaysOut } from './WaysOut'
import { byOf, formatOf, statusOf } from './words'
import { Write } from './Write'

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
  // It changes while one looks: a held time runs out, a consultation begins and ends.
  useSecondsUntil(one.hold?.expires_at ?? one.starts_at)
  useSecondsUntil(one.ends_at)
  const status = statusOf(one)
  const how = formatOf(one.format)
  const { specialist, category } = one
  return (
    <Card>
      <Stack>
        <Row><Chip tone={status === 'booked' || status === 'ongoing' ? 'accent' : status === 'held' || status === 'offered' ? 'notice' : 'neutral'}>{t(`sessions.status.${status}`)}</Chip></Row>
        <Beside picture={<Avatar name={specialist.display_name} src={photoOf(specialist)} size="lg" />}>
          <Stack gap={1}>
            <h2><When at={one.starts_at} who={t('sessions.specialist')} {...(specialist.time_zone ? { otherZone: specialist.time_zone } : {})} /></h2>
            <p><Link to="/find/$id" params={{ id: specialist.id }} search={{ category: category.id }}>{specialist.display_name}</Link></p>
            <Muted>{category.name}</Muted>
            <OwnZone />
          </Stack>
        </Beside>
        <Facts items={[
          one.moved_from ? [t('sessions.movedFrom'), <When key="from" at={one.moved_from} />] : null,
          [t('sessions.length'), format.duration(one.length_min)],
          wasShorter(one) ? [t('sessions.endedEarly'), <Span key="early" from={one.starts_at} to={one.ends_at} />] : null,
          how && [t('sessions.format'), t(`sessions.format.${how}`)],
          one.canceled ? [t('sessions.canceled'), <span key="canceled">{t(`sessions.canceled.${byOf(one.canceled.by)}`)}, <When at={one.canceled.at} show="momentInText" /></span>] : null,
          (one.status === 'completed' || one.status === 'canceled') && [t('sessions.counted'), t(`sessions.counted.${one.is_given_back ? 'back' : one.is_counted ? 'yes' : 'no'}`)],
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
  const { data: known } = useQuery(categoriesQuery)
  const isTold = known?.items.some((category) => category.id === one.category.id && category.is_told) ?? false
  return (
    <Stack gap={6}>
      <Stack gap={3}>
        {isOpen
          ? <Row><LinkButton variant="primary" icon="door" to="/call/$id" params={{ id: one.id }}>{t('sessions.join')}</LinkButton></Row>
          : <Muted>{t('sessions.opens', { at: format.momentInText(opens) })}</Muted>}
        <Row>
          <AnchorButton icon="calendar" href={`/api/appointments/${one.id}/invite.ics`} download="invite.ics">{t('sessions.calendar')}</AnchorButton>
          <Write to={one.specialist.id} />
        </Row>
      </Stack>
      <Section title={t('sessions.prepare')}>
        <List label={t('sessions.prepare')}>
          <ListItem leading={<Icon name="edit" />} title={t(isTold ? 'sessions.prepare.told' : 'sessions.prepare.tell')} text={t('sessions.prepare.tell.text')}
            to="/start" search={{ category: one.category.id, next: `/sessions/${one.id}` }} />
          <ListItem leading={<Icon name="document" />} title={t('sessions.prepare.note')} text={t('sessions.prepare.note.text')}
            to="/sessions/$appointment/after" params={{ appointment: one.id }} />
        </List>
      </Section>
      {one.policy && <WaysOut one={one} policy={one.policy} />}
    </Stack>
  )
}

function Over({ one }: { one: Appointment }) {
  const t = useT()
  const isDone = one.status === 'completed'
  const again = <LinkButton variant={isDone ? 'secondary' : 'primary'} icon="calendar" to="/find/$id" params={{ id: one.specialist.id }} search={{ category: one.category.id }}>{t('sessions.again')}</LinkButton>
  return (
    <Row>
      {isDone && <LinkButton variant="primary" icon="star" to="/sessions/$appointment/after" params={{ appointment: one.id }}>{t('sessions.after')}</LinkButton>}
      {again}
      {isDone && <Write to={one.specialist.id} />}
    </Row>
  )
}
