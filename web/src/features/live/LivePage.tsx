// The operator's first screen: where help is wanted now, and how the day goes. Never who came, nor why.
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { Loader } from '~/api'
import { useT } from '~/i18n'
import { civilDateOf, useFormat, useOwnZone } from '~/i18n/format'
import {
  Button, Card, EmptyState, FilterChips, Grid, LinkButton, ListSkeleton, Loaded, Muted, PageHeader, Row, Section, ShownZone, Span, Stack, Table, VisuallyHidden,
} from '~/ui'
import { Missing } from './Missing'
import { readinessQuery, sessionsQuery, type Session } from './queries'
import { fits, inOrder, isNow, isShow, needsHelp, shows, type Show } from './standing'
import { State } from './State'
import { useNow } from './useNow'

// The day is shown also if what is missing cannot be told.
export const loader: Loader = ({ queryClient }) => Promise.all([
  queryClient.query(sessionsQuery),
  queryClient.query(readinessQuery).catch(() => undefined),
])

export default function LivePage() {
  const t = useT()
  const query = useQuery(sessionsQuery)
  return (
    <>
      <PageHeader title={t('live.title')} lead={t('live.lead')} />
      <Stack gap={6}>
        <Missing />
        <Loaded query={query} skeleton={<ListSkeleton rows={6} />}>{(sessions) => <Day sessions={sessions} />}</Loaded>
      </Stack>
    </>
  )
}

function Day({ sessions }: { sessions: readonly Session[] }) {
  const t = useT()
  const now = useNow()
  const zone = useOwnZone()
  const navigate = useNavigate()
  const search: Record<string, unknown> = useSearch({ strict: false })
  const show = isShow(search['show']) ? search['show'] : null
  const narrow = (next: Show | null) => { void navigate({ to: '/desk/live', search: (next === null ? {} : { show: next }) as never }) }
  const date = civilDateOf(new Date(now), zone)
  // What goes on around midnight is of today too.
  const today = sessions.filter((one) => civilDateOf(new Date(one.starts_at), zone) === date || isNow(one))
  if (today.length === 0) {
    return (
      <EmptyState icon="live" title={t('live.none')} action={<LinkButton icon="sessions" to="/desk/bookings">{t('live.toBookings')}</LinkButton>}>
        <p>{t('live.none.lead')}</p>
      </EmptyState>
    )
  }
  const count = (one: Show) => today.filter((session) => fits(session, one, now)).length
  const helpless = inOrder(today.filter((one) => needsHelp(one, now)), now)
  const rows = inOrder(today.filter((one) => (show === null ? !needsHelp(one, now) : fits(one, show, now))), now)
  return (
    <Stack gap={5}>
      <VisuallyHidden><span role="status">{t('live.help.count', { count: helpless.length })}</span></VisuallyHidden>
      <FilterChips
        label={t('live.filter')} value={show ?? 'all'} required onChange={(next) => { narrow(next === 'all' ? null : next) }}
        options={[
          { id: 'all' as const, label: t('live.counted', { name: t('live.all'), count: today.length }) },
          ...shows.map((one) => ({ id: one, label: t('live.counted', { name: t(`live.show.${one}`), count: count(one) }) })),
        ]}
      />
      {show === null && helpless.length > 0 && (
        <Section title={t('live.help')}>
          <Grid min={22}>{helpless.map((one) => <Urgent key={one.id} session={one} now={now} />)}</Grid>
        </Section>
      )}
      {rows.length > 0
        ? <Sessions sessions={rows} now={now} />
        : show !== null && <EmptyState icon="check" title={t('live.none.such')} action={<Button onPress={() => { narrow(null) }}>{t('live.showAll')}</Button>} />}
      <ShownZone zone={zone} at={new Date(now)} />
    </Stack>
  )
}

/** One consultation that wants help: what is the matter, and the way to act. */
function Urgent({ session, now }: { session: Session; now: number }) {
  const t = useT()
  const format = useFormat()
  return (
    <Card as="article" tone="accent" label={t('live.one', { time: format.time(session.starts_at), name: session.specialist_name })}>
      <Stack gap={3}>
        <State session={session} now={now} />
        <div>
          <h3>{session.specialist_name}</h3>
          <Muted><Span from={session.starts_at} to={session.ends_at} /> · {session.category_name}</Muted>
        </div>
        <Muted small>{t(session.state === 'specialist_waits' ? 'live.advice.employee' : 'live.advice.specialist')}</Muted>
        <Row>
          <LinkButton
            to="/desk/bookings/$id" params={{ id: session.id }}
            aria-label={t('live.open.one', { time: format.time(session.starts_at), name: session.specialist_name })}
          >
            {t('live.open')}
          </LinkButton>
        </Row>
      </Stack>
    </Card>
  )
}

const formats = ['video', 'audio', 'chat'] as const

function Sessions({ sessions, now }: { sessions: readonly Session[]; now: number }) {
  const t = useT()
  const formatOf = (session: Session) => formats.find((known) => known === session.format) ?? 'video'
  return (
    <Table
      label={t('live.table')} rows={sessions} rowKey={(one) => one.id}
      columns={[
        { id: 'time', header: t('live.time'), isRowHeader: true, cell: (one) => <Link to="/desk/bookings/$id" params={{ id: one.id }}><Span from={one.starts_at} to={one.ends_at} /></Link> },
        { id: 'specialist', header: t('live.specialist'), cell: (one) => one.specialist_name },
        { id: 'category', header: t('live.category'), cell: (one) => `${one.category_name}, ${t(`live.format.${formatOf(one)}`)}` },
        { id: 'state', header: t('live.state'), cell: (one) => <State session={one} now={now} /> },
      ]}
    />
  )
}
