import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useT } from '~/i18n'
import { Avatar, Button, Chip, EmptyState, FilterChips, LinkButton, Loaded, LoadMore, Muted, Row, SearchField, Stack, Table, When, type Column } from '~/ui'
import { specialistsQuery, type Line } from './queries'
import { states, type SpecialistsSearch } from './search'
import styles from './specialists.module.css'
import { StateChip } from './StateChip'
import { stateOf } from './words'

/** A pause after the last key, so that not every letter is asked for. */
const PAUSE_MS = 300

export function SpecialistList({ isReviewer }: { isReviewer: boolean }) {
  const t = useT()
  const navigate = useNavigate()
  const search = useSearch({ from: '/operator/desk/specialists' })
  const query = useInfiniteQuery(specialistsQuery(search))
  const waiting = query.data?.pages[0]?.submitted ?? 0
  const show = (which: SpecialistsSearch) => { void navigate({ to: '/desk/specialists', search: which, replace: true }) }
  const named = search.name === undefined ? {} : { name: search.name }
  const isFiltered = search.state !== undefined || search.name !== undefined
  return (
    <Stack gap={5}>
      <NameField key={isFiltered ? 'filtered' : 'all'} value={search.name ?? ''} onChange={(name) => { show({ ...(search.state && { state: search.state }), ...(name !== '' && { name }) }) }} />
      <FilterChips
        label={t('specialists.which')} value={search.state ?? null} onChange={(state) => { show({ ...named, ...(state && { state }) }) }}
        options={states.map((id) => ({ id, label: id === 'submitted' ? t('specialists.waiting', { count: waiting }) : t(`specialists.state.${id}`) }))}
      />
      <Loaded
        query={query}
        empty={({ pages }) => pages[0]?.specialists.length === 0 && (isFiltered
          ? <EmptyState icon="find" title={t('specialists.noneFound')} action={<Button onPress={() => { show({}) }}>{t('specialists.showAll')}</Button>} />
          : (
              <EmptyState icon="profile" title={t('specialists.none')} action={isReviewer && <LinkButton variant="primary" to="/desk/specialists" search={{ view: 'invitations' }}>{t('specialists.invite')}</LinkButton>}>
                {isReviewer ? t('specialists.none.text') : t('specialists.none.reader')}
              </EmptyState>
            ))}
      >
        {({ pages }) => (
          <Stack>
            <SpecialistTable lines={pages.flatMap((page) => page.specialists)} isReviewer={isReviewer} />
            {query.hasNextPage && <LoadMore isPending={query.isFetchingNextPage} onPress={() => { void query.fetchNextPage() }} />}
          </Stack>
        )}
      </Loaded>
    </Stack>
  )
}

function NameField({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  const t = useT()
  const [typed, setTyped] = useState(value)
  useEffect(() => {
    if (typed.trim() === value) return
    const timer = setTimeout(() => { onChange(typed.trim()) }, PAUSE_MS)
    return () => { clearTimeout(timer) }
  }, [typed, value, onChange])
  return <SearchField label={t('specialists.byName')} value={typed} onChange={setTyped} />
}

function SpecialistTable({ lines, isReviewer }: { lines: readonly Line[]; isReviewer: boolean }) {
  const t = useT()
  const columns: Column<Line>[] = [
    {
      id: 'name', header: t('specialists.name'), isRowHeader: true, cell: (line) => (
        <Row gap={3}>
          <Avatar name={line.display_name} src={line.photo} size="sm" />
          <span className={styles.name}>
            {isReviewer ? <Link to="/desk/specialists/$id" params={{ id: line.id }}>{line.display_name}</Link> : line.display_name}
          </span>
        </Row>
      ),
    },
    { id: 'state', header: t('specialists.state'), cell: (line) => <StateChip state={stateOf(line)} /> },
    { id: 'categories', header: t('specialists.categories'), cell: (line) => (line.categories.length > 0 ? line.categories.join(', ') : <Muted>{t('specialists.noCategory')}</Muted>) },
    ...(isReviewer
      ? [{
          id: 'documents', header: t('specialists.documents'), isEmpty: (line: Line) => line.pending_documents === 0,
          cell: (line: Line) => <Chip tone="notice">{t('specialists.toCheck', { count: line.pending_documents })}</Chip>,
        }]
      : []),
    { id: 'sent', header: t('specialists.sent'), isEmpty: (line) => !line.submitted_at, cell: (line) => <When at={line.submitted_at ?? ''} show="stamp" /> },
  ]
  return <Table label={t('specialists.title')} columns={columns} rows={lines} rowKey={(line) => line.id} />
}
