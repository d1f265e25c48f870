import { useInfiniteQuery } from '@tanstack/react-query'
import type { Loader } from '~/api'
import { useT } from '~/i18n'
import { nowMs } from '~/i18n/clock'
import { useFormat } from '~/i18n/format'
import { Avatar, Banner, Chip, EmptyState, List, ListItem, Loaded, LoadMore, PageHeader, Stack } from '~/ui'
import { clientsQuery, type Client } from './queries'

export const loader: Loader = ({ queryClient }) => queryClient.infiniteQuery(clientsQuery)

/** Everybody who booked the specialist. */
export default function ClientsPage() {
  const t = useT()
  const query = useInfiniteQuery(clientsQuery)
  return (
    <>
      <PageHeader title={t('clients.title')} />
      <Stack gap={5}>
        <Banner tone="private">{t('clients.private')}</Banner>
        <Loaded query={query} empty={(all) => all.pages[0]?.clients.length === 0 && <EmptyState icon="clients" title={t('clients.empty')}><p>{t('clients.emptyText')}</p></EmptyState>}>
          {(all) => (
            <Stack gap={4}>
              <List label={t('clients.title')}>
                {all.pages.flatMap((page) => page.clients).map((client) => <ClientRow key={client.id} client={client} />)}
              </List>
              {query.hasNextPage && <LoadMore isPending={query.isFetchingNextPage} onPress={() => { void query.fetchNextPage() }} />}
            </Stack>
          )}
        </Loaded>
      </Stack>
    </>
  )
}

function ClientRow({ client }: { client: Client }) {
  const t = useT()
  const format = useFormat()
  const times = [
    client.next_at && (Date.parse(client.next_at) <= nowMs() ? t('clients.now') : t('clients.next', { time: format.momentInText(client.next_at) })),
    client.last_at && t('clients.last', { time: format.date(client.last_at) }),
  ].filter(Boolean)
  return (
    <ListItem
      to={'/work/clients/$client'} params={{ client: client.id }}
      leading={<Avatar name={client.name} />}
      title={client.name}
      text={times.length > 0 ? times.join(' · ') : t('clients.noneTook')}
      trailing={<Chip>{t('clients.count', { count: client.consultations })}</Chip>}
    />
  )
}
