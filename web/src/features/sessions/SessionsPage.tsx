// One's consultations: upcoming and past, and what one waits for.
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { photoOf, type Loader } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Avatar, Chip, EmptyState, LinkButton, List, ListItem, LoadMore, Loaded, OwnZone, PageHeader, Stack, Tabs } from '~/ui'
import { appointmentsQuery, type Appointment } from './queries'
import { WaitingPlaces } from './WaitingPlaces'
import { statusOf } from './words'

export const loader: Loader = ({ queryClient, search }) => queryClient.infiniteQuery(appointmentsQuery(search['when'] === 'past' ? 'past' : 'upcoming'))

export default function SessionsPage() {
  const t = useT()
  const navigate = useNavigate()
  const { when = 'upcoming' } = useSearch({ from: '/employee/sessions' })
  return (
    <>
      <PageHeader title={t('sessions.title')} actions={<LinkButton to="/find" icon="plus">{t('sessions.new')}</LinkButton>} />
      <Tabs label={t('sessions.title')} value={when} onChange={(chosen) => { void navigate({ to: '/sessions', search: chosen === 'past' ? { when: chosen } : {}, replace: true }) }} items={[
        { id: 'upcoming', label: t('sessions.upcoming'), content: <Stack gap={6}><OwnZone /><Appointments when="upcoming" /><WaitingPlaces /></Stack> },
        { id: 'past', label: t('sessions.past'), content: <Appointments when="past" /> },
      ]} />
    </>
  )
}

function Appointments({ when }: { when: 'upcoming' | 'past' }) {
  const t = useT()
  const query = useInfiniteQuery(appointmentsQuery(when))
  return (
    <Loaded query={query} empty={({ pages }) => pages[0]?.items.length === 0 && (when === 'past'
      ? <EmptyState icon="history" title={t('sessions.past.none')} />
      : <EmptyState icon="sessions" title={t('sessions.upcoming.none')} action={<LinkButton variant="primary" to="/find">{t('sessions.find')}</LinkButton>} />)}>
      {({ pages }) => (
        <Stack>
          <List label={when === 'past' ? t('sessions.past') : t('sessions.upcoming')}>
            {pages.flatMap((page) => page.items).map((one) => <Appointment key={one.id} one={one} />)}
          </List>
          {query.hasNextPage && <LoadMore onPress={() => { void query.fetchNextPage() }} isPending={query.isFetchingNextPage} />}
        </Stack>
      )}
    </Loaded>
  )
}

function Appointment({ one }: { one: Appointment }) {
  const t = useT()
  const format = useFormat()
  const status = statusOf(one)
  return (
    <ListItem leading={<Avatar name={one.specialist.display_name} src={photoOf(one.specialist)} />} title={format.moment(one.starts_at)} text={`${one.specialist.display_name}, ${one.category.name}`}
      to="/sessions/$id" params={{ id: one.id }} {...(status !== 'booked' && { trailing: <Chip tone={status === 'held' || status === 'offered' ? 'notice' : 'neutral'}>{t(`sessions.status.${status}`)}</Chip> })} />
  )
}
