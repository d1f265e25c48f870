import { useQuery } from '@tanstack/react-query'
import { useT } from '~/i18n'
import { nowMs } from '~/i18n/clock'
import { addDays, civilDateOf, useFormat, useOwnZone } from '~/i18n/format'
import { useZoneName } from '~/i18n/zones'
import { Card, Chip, EmptyState, LinkButton, Loaded, Muted, PageHeader, Row, Section, ShownZone, Stack, useSecondsUntil } from '~/ui'
import { Agenda, OpenHours } from './Agenda'
import { FirstSteps } from './FirstSteps'
import { calendarQuery, type Booking, type CalendarView } from './queries'

/** The room opens this long before the start. */
const OPENS_MS = 15 * 60_000
/** Bookings are looked for this many days ahead, so that the next client is told also on Friday evening. */
const AHEAD = 7

export default function DayPage() {
  const t = useT()
  const zone = useOwnZone()
  const today = civilDateOf(new Date(nowMs()), zone)
  const query = useQuery({ ...calendarQuery(today, addDays(today, AHEAD)), refetchInterval: 60_000 })
  return (
    <>
      <PageHeader title={t('schedule.dayTitle')} />
      <Stack gap={6}>
        <FirstSteps />
        <Loaded query={query}>{(view) => <Day view={view} />}</Loaded>
      </Stack>
    </>
  )
}

function Day({ view }: { view: CalendarView }) {
  const t = useT()
  const format = useFormat()
  const zoneName = useZoneName()
  const next = view.bookings.find((booking) => booking.status === 'booked' && Date.parse(booking.ends_at) > nowMs())
  // Once it is over, the one after it is next.
  useSecondsUntil(next?.ends_at ?? view.now)
  const shown = view.days.filter((day) => day.date >= view.today).slice(0, 2)
  return (
    <Stack gap={6}>
      {next
        ? <Next booking={next} />
        : <EmptyState icon="day" title={t('schedule.next.none')} action={<LinkButton to="/work/calendar">{t('schedule.next.openCalendar')}</LinkButton>}>{t('schedule.next.noneLead')}</EmptyState>}
      {shown.map((day) => (
        <Section key={day.date} title={format.dayHeading(day.starts_at)}>
          {day.time_zone !== view.time_zone && <Row><Chip tone="notice">{zoneName(day.time_zone, day.starts_at)}</Chip></Row>}
          <OpenHours day={day} />
          <Agenda day={day} view={view} />
        </Section>
      ))}
      <ShownZone zone={view.time_zone} at={view.now} />
    </Stack>
  )
}

/** The next client: when, who, and the door once it is open. */
function Next({ booking }: { booking: Booking }) {
  const t = useT()
  const format = useFormat()
  const isOpen = useSecondsUntil(new Date(Date.parse(booking.starts_at) - OPENS_MS).toISOString()) === 0
  return (
    <Card tone="accent" as="section" label={t('schedule.next')}>
      <Stack gap={2}>
        <Muted small>{t('schedule.next')}</Muted>
        <h2>{booking.client_name}</h2>
        <p><time dateTime={booking.starts_at}>{format.moment(booking.starts_at)}</time>{'\u00A0· '}{booking.category}{'\u00A0· '}{t(`schedule.format.${booking.format as 'video'}`)}</p>
        {isOpen
          ? <Row><LinkButton variant="primary" to="/call/$id" params={{ id: booking.appointment_id }} icon="video">{t('schedule.next.join')}</LinkButton></Row>
          : <Muted>{t('schedule.next.opens')}</Muted>}
      </Stack>
    </Card>
  )
}
