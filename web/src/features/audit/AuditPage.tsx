import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { Loader } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, ComboBox, EmptyState, Grid, Loaded, LoadMore, PageHeader, Row, Stack, TextField } from '~/ui'
import { actions } from './actions'
import { Chain } from './Chain'
import { EntryTable } from './EntryTable'
import { entriesQuery, type Search } from './queries'

export const loader: Loader = ({ queryClient, search }) => queryClient.infiniteQuery(entriesQuery(searchOf(search)))
export const isRecorded = true

/** Only what is really looked for; the address of the page carries it, so a finding can be passed on. */
export function searchOf(raw: Record<string, unknown>): Search {
  const part = (name: string) => (typeof raw[name] === 'string' && raw[name].trim() !== '' ? { [name]: raw[name].trim() } : {})
  return { ...part('actor'), ...part('subject'), ...part('action') }
}

/** Who did what, and whether the log is whole. */
export default function AuditPage() {
  const t = useT()
  const raw: Record<string, unknown> = useSearch({ strict: false })
  const search = searchOf(raw)
  const navigate = useNavigate()
  const look = (next: Search) => { void navigate({ to: '/desk/audit', search: next as never }) }
  const query = useInfiniteQuery(entriesQuery(search))
  return (
    <>
      <PageHeader title={t('audit.title')} lead={t('audit.lead')} />
      <Stack gap={5}>
        <Banner tone="private">{t('audit.private')}</Banner>
        <Chain />
        <SearchForm key={JSON.stringify(search)} search={search} onSearch={look} />
        <Loaded query={query} empty={(all) => all.pages[0]?.entries.length === 0 && <EmptyState icon="audit" title={t('audit.none')} action={<Button onPress={() => { look({}) }}>{t('audit.clear')}</Button>} />}>
          {(all) => (
            <Stack gap={4}>
              <EntryTable entries={all.pages.flatMap((page) => page.entries)} onSearch={(part) => { look({ ...search, ...part }) }} />
              {query.hasNextPage && <LoadMore isPending={query.isFetchingNextPage} onPress={() => { void query.fetchNextPage() }} />}
            </Stack>
          )}
        </Loaded>
      </Stack>
    </>
  )
}

function SearchForm({ search, onSearch }: { search: Search; onSearch: (search: Search) => void }) {
  const t = useT()
  const [actor, setActor] = useState(search.actor ?? '')
  const [subject, setSubject] = useState(search.subject ?? '')
  const [action, setAction] = useState(search.action ?? null)
  const options = actions.map(({ action: id, act }) => ({ id, label: t(`audit.does.${act}`), hint: id }))
  const isEmpty = Object.keys(search).length === 0
  return (
    <form role="search" onSubmit={(event) => { event.preventDefault(); onSearch(searchOf({ actor, subject, action })) }}>
      <Stack gap={3}>
        <Grid min={15} gap={3}>
          <TextField label={t('audit.actor')} hint={t('audit.idHint')} value={actor} onChange={setActor} autoComplete="off" spellCheck="false" />
          <TextField label={t('audit.subject')} hint={t('audit.idHint')} value={subject} onChange={setSubject} autoComplete="off" spellCheck="false" />
          <ComboBox label={t('audit.action')} hint={t('audit.actionHint')} options={options} value={action} onChange={setAction} />
        </Grid>
        <Row>
          <Button type="submit" variant="primary" icon="find">{t('audit.search')}</Button>
          {!isEmpty && <Button variant="quiet" onPress={() => { onSearch({}) }}>{t('audit.clear')}</Button>}
        </Row>
      </Stack>
    </form>
  )
}
