// One booking: its facts, without content, and what can be done for the people.
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { outcomeOf, wasShorter, type Loader } from '~/api'
import { useT } from '~/i18n'
import { useFormat, useOwnZone } from '~/i18n/format'
import { Banner, Card, EmptyState, Facts, LinkButton, Loaded, PageHeader, Row, ShownZone, Span, Stack, TextSkeleton, When } from '~/ui'
import { bookingQuery, type Booking } from './queries'
import { Status } from './Status'
import { WaysToHelp } from './WaysToHelp'
import { canceledByOf, formatOf } from './words'

export const loader: Loader = ({ queryClient, params }) => queryClient.query(bookingQuery(params['id'] ?? ''))
export const isRecorded = true

export default function BookingPage() {
  const t = useT()
  const { id } = useParams({ from: '/operator/desk/bookings/$id' })
  const query = useQuery(bookingQuery(id))
  return (
    <>
      <PageHeader title={t('bookings.one')} back={{ to: '/desk/bookings', label: t('bookings.title') }} />
      <Loaded query={query} skeleton={<TextSkeleton lines={6} />} empty={(booking) => booking === null && <Missing />}>
        {(booking) => booking && (
          <Stack gap={5}>
            <Banner tone="private">{t('bookings.opened')}</Banner>
            <Details booking={booking} />
            <WaysToHelp booking={booking} />
          </Stack>
        )}
      </Loaded>
    </>
  )
}

function Missing() {
  const t = useT()
  return (
    <EmptyState icon="find" title={t('bookings.missing')} action={<LinkButton to="/desk/bookings">{t('bookings.missing.search')}</LinkButton>}>
      <p>{t('bookings.missing.lead')}</p>
    </EmptyState>
  )
}

function Details({ booking }: { booking: Booking }) {
  const t = useT()
  const format = useFormat()
  const zone = useOwnZone()
  const [how, outcome, by] = [formatOf(booking), outcomeOf(booking), canceledByOf(booking)]
  const { client, specialist, moved_from: movedFrom, canceled, hold } = booking
  const isOver = booking.status === 'completed' || booking.status === 'canceled'
  return (
    <Card>
      <Stack>
        <Row justify="between"><Status booking={booking} /><ShownZone zone={zone} at={booking.starts_at} /></Row>
        <Facts items={[
          [t('bookings.when'), <When key="when" at={booking.starts_at} who={t('bookings.specialist')} {...(specialist.time_zone ? { otherZone: specialist.time_zone } : {})} />],
          movedFrom ? [t('bookings.movedFrom'), <When key="from" at={movedFrom} />] : null,
          [t('bookings.specialist'), specialist.display_name],
          client ? [t('bookings.name'), client.display_name] : null,
          [t('bookings.category'), booking.category.name],
          [t('bookings.length'), format.duration(booking.length_min)],
          wasShorter(booking) && [t('bookings.endedEarly'), <Span key="early" from={booking.starts_at} to={booking.ends_at} />],
          how && [t('bookings.format'), t(`bookings.format.${how}`)],
          hold ? [t('bookings.heldUntil'), <When key="held" at={hold.expires_at} />] : null,
          canceled && by ? [t('bookings.canceled'), <span key="canceled">{t(`bookings.canceled.${by}`)}, <When at={canceled.at} /></span>] : null,
          outcome && [t('bookings.outcome'), t(`bookings.outcome.${outcome}`)],
          isOver && [t('bookings.counted'), t(`bookings.counted.${booking.is_given_back ? 'back' : booking.is_counted ? 'yes' : 'no'}`)],
        ]} />
      </Stack>
    </Card>
  )
}
