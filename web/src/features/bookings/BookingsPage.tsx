// Finding a booking for somebody who called or wrote. Nothing is listed unasked: whoever is found can see that they were looked up.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useLocation, useNavigate, useSearch } from '@tanstack/react-router'
import { useT } from '~/i18n'
import { nowMs } from '~/i18n/clock'
import { useOwnZone } from '~/i18n/format'
import { Banner, EmptyState, Loaded, LoadMore, PageHeader, ShownZone, Stack, Table, When } from '~/ui'
import { bookingsQuery, isEmpty, type Booking, type Search } from './queries'
import { addressOf, searchOf } from './search'
import { SearchForm } from './SearchForm'
import { Status } from './Status'

export default function BookingsPage() {
  const t = useT()
  const navigate = useNavigate()
  const raw: Record<string, unknown> = useSearch({ strict: false })
  const kept = useLocation({ select: ({ state }) => state.name })
  const search = searchOf({ ...raw, name: kept })
  const look = (next: Search) => {
    void navigate({ to: '/desk/bookings', search: addressOf(next), state: next.name === undefined ? {} : { name: next.name } })
  }
  return (
    <>
      <PageHeader title={t('bookings.title')} lead={t('bookings.lead')} />
      <Stack gap={5}>
        <Banner tone="private">{t('bookings.private')}</Banner>
        <SearchForm key={JSON.stringify(search)} search={search} onSearch={look} />
        {!isEmpty(search) && <Found search={search} />}
      </Stack>
    </>
  )
}

function Found({ search }: { search: Search }) {
  const t = useT()
  const zone = useOwnZone()
  const query = useInfiniteQuery(bookingsQuery(search, zone))
  return (
    <Loaded
      query={query}
      empty={(all) => all.pages[0]?.items.length === 0 && <EmptyState icon="find" title={t('bookings.none')}><p>{t('bookings.none.lead')}</p></EmptyState>}
    >
      {(all) => (
        <Stack>
          <Bookings bookings={all.pages.flatMap((page) => page.items)} />
          <ShownZone zone={zone} at={new Date(nowMs())} />
          {query.hasNextPage && <LoadMore isPending={query.isFetchingNextPage} onPress={() => { void query.fetchNextPage() }} />}
        </Stack>
      )}
    </Loaded>
  )
}

function Bookings({ bookings }: { bookings: readonly Booking[] }) {
  const t = useT()
  return (
    <Table
      label={t('bookings.found')} rows={bookings} rowKey={(one) => one.id}
      columns={[
        { id: 'when', header: t('bookings.when'), isRowHeader: true, cell: (one) => <Link to="/desk/bookings/$id" params={{ id: one.id }}><When at={one.starts_at} /></Link> },
        { id: 'specialist', header: t('bookings.specialist'), cell: (one) => one.specialist.display_name },
        { id: 'category', header: t('bookings.category'), cell: (one) => one.category.name },
        { id: 'name', header: t('bookings.name'), cell: (one) => one.client?.display_name },
        { id: 'status', header: t('bookings.status'), cell: (one) => <Status booking={one} /> },
      ]}
    />
  )
}
