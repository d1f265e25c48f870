import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { Loader } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, ComboBox, EmptyState, Grid, LinkButton, Loaded, LoadMore, PageHeader, Row, Stack, TextField } from '~/ui'
import { actions } from './actions'
import { Chain } from './Chain'
import { EntryTable } from './EntryTable'
import { calledSo, isId } from './people'
import { entriesQuery, staffQuery, type Search } from './queries'

export const loader: Loader = ({ queryClient, search }) => queryClient.infiniteQuery(entriesQuery(searchOf(search)))
export const isRecorded = true

const isAct = (text: string) => /^[a-z._]{1,60}$/.test(text)

/** Only what can be looked for; the address of the page carries it, so a finding can be passed on. */
export function searchOf(raw: Record<string, unknown>): Search {
  const part = (name: string, isOne: (text: string) => boolean) => {
    const text = typeof raw[name] === 'string' ? raw[name].trim() : ''
    return isOne(text) ? { [name]: text } : {}
  }
  return { ...part('actor', isId), ...part('subject', isId), ...part('action', isAct) }
}

/** Who did what, and whether the log is whole. */
export default function AuditPage() {
  const t = useT()
  const raw: Record<string, unknown> = useSearch({ strict: false })
  const search = searchOf(raw)
  const named = useLocation({ select: ({ state }) => state.name })
  const navigate = useNavigate()
  const look = (next: Search, name?: string) => { void navigate({ to: '/desk/audit', search: next as never, state: name === undefined ? {} : { name } }) }
  const query = useInfiniteQuery(entriesQuery(search))
  return (
    <>
      <PageHeader
        title={t('audit.title')} lead={t('audit.lead')}
        actions={<LinkButton icon="download" to="/desk/approvals" search={{ ask: 'audit' }}>{t('audit.export')}</LinkButton>}
      />
      <Stack gap={5}>
        <Banner tone="private">{t('audit.private')}</Banner>
        <Chain />
        <SearchForm key={JSON.stringify([search, named])} search={search} named={named} onSearch={look} />
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

interface FormProps {
  search: Search
  /** By which name the actor was looked for. */
  named: string | undefined
  onSearch: (search: Search, name?: string) => void
}

function SearchForm({ search, named, onSearch }: FormProps) {
  const t = useT()
  const queryClient = useQueryClient()
  const [actor, setActor] = useState(named ?? search.actor ?? '')
  const [subject, setSubject] = useState(search.subject ?? '')
  const [action, setAction] = useState(search.action ?? null)
  const [wrong, setWrong] = useState<{ actor?: string; subject?: string }>({})
  const options = actions.map(({ action: id, act }) => ({ id, label: t(`audit.does.${act}`), hint: id }))
  const isEmpty = Object.keys(search).length === 0
  const submit = async () => {
    const [who, whom] = [actor.trim(), subject.trim()]
    const isName = who !== '' && !isId(who)
    // Without the list nobody is found by name, and that is said of the list, not of the name.
    const staff = isName ? await queryClient.query(staffQuery).catch(() => undefined) : []
    const found = isName ? calledSo(who, staff ?? []) : []
    const mistakes = {
      ...(staff === undefined ? { actor: t('common.problem.unavailable') } : isName && found.length === 0 && { actor: t('audit.actor.unknown') }),
      ...(whom !== '' && !isId(whom) && { subject: t('audit.subject.noId') }),
    }
    setWrong(mistakes)
    if (Object.keys(mistakes).length > 0) return
    onSearch(searchOf({ actor: isName ? found.join(',') : who, subject: whom, action }), isName ? who : undefined)
  }
  return (
    <form role="search" onSubmit={(event) => { event.preventDefault(); void submit() }}>
      <Stack gap={3}>
        <Grid min={15} gap={3} align="end">
          <TextField label={t('audit.actor')} hint={t('audit.actor.hint')} value={actor} onChange={setActor} error={wrong.actor} autoComplete="off" spellCheck="false" />
          <TextField label={t('audit.subject')} hint={t('audit.subject.hint')} value={subject} onChange={setSubject} error={wrong.subject} autoComplete="off" spellCheck="false" />
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
