// Topic → who can help → when. Times are on the cards; one touch holds one.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useLocation, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { categoriesQuery, intakeQuery, type Loader } from '~/api'
import { among } from '~/api/among'
import { useT } from '~/i18n'
import { Banner, Button, CardsSkeleton, EmptyState, FilterChips, LoadMore, Loaded, MultiFilterChips, Muted, OwnZone, PageHeader, Row, Stack } from '~/ui'
import { BookSheet } from './BookSheet'
import { FindFilters } from './FindFilters'
import { FoundCard } from './FoundCard'
import { HeldBefore } from './HeldBefore'
import { NoProgramme } from './NoProgramme'
import { programmeOf } from './programme'
import { findQuery, type Categories, type Category } from './queries'
import { formatNames, tidy, topicsOf, type FindSearch } from './search'
import { recallTopics, rememberTopics } from './topics'
import { useBooking } from './useBooking'
import { WaitDialog, type Waited } from './WaitDialog'
import styles from './find.module.css'

export const loader: Loader = ({ queryClient }) => queryClient.query(categoriesQuery)

export default function FindPage() {
  const t = useT()
  const categories = useQuery(categoriesQuery)
  return (
    <>
      <PageHeader title={t('find.title')} />
      <Loaded query={categories} skeleton={<CardsSkeleton />}>
        {(all) => <Offered all={all} />}
      </Loaded>
    </>
  )
}

/** Without a programme nothing can be booked, whatever is looked for; before it begins, what is after its beginning. */
function Offered({ all }: { all: Categories }) {
  const t = useT()
  const [first, ...rest] = all.items
  if (!first) return <EmptyState icon="find" title={t('find.noCategories')}>{t('find.noCategories.text')}</EmptyState>
  const programme = programmeOf(all)
  if (programme === 'in_force') return <Finder categories={[first, ...rest]} />
  return (
    <Stack gap={5}>
      <NoProgramme state={programme} startsOn={all.programme.starts_on ?? undefined} />
      {programme === 'future' && <Finder categories={[first, ...rest]} isFuture />}
    </Stack>
  )
}

function Finder({ categories, isFuture = false }: { categories: [Category, ...Category[]]; isFuture?: boolean }) {
  const t = useT()
  const address = useSearch({ from: '/employee/find' })
  const kept = useLocation({ select: ({ state }) => state.topics })
  const navigate = useNavigate()
  const change = (next: { [K in keyof FindSearch]: FindSearch[K] | undefined }) => {
    const { topics: _, ...rest } = tidy(next)
    void navigate({ to: '/find', search: rest, state: next.topics === undefined ? {} : { topics: next.topics }, replace: true, resetScroll: false })
  }
  const category = categories.find((one) => one.id === address.category) ?? categories[0]
  const recalled = kept === undefined ? recallTopics(category.id) : topicsOf(kept)
  // Nothing was looked for in this tab yet: then what the person has told holds.
  const told = useQuery({ ...intakeQuery(category.id), enabled: recalled === undefined && category.is_told })
  const topics = recalled ?? told.data?.topics ?? []
  const search = tidy({ ...address, topics })
  useEffect(() => { if (kept !== undefined) rememberTopics(category.id, topicsOf(kept)) }, [kept, category.id])
  return (
    <Stack gap={5}>
      <OwnZone />
      {categories.length > 1 && (
        <FilterChips label={t('find.category')} oneLine required options={categories.map((one) => ({ id: one.id, label: one.name }))} value={category.id}
          onChange={(id) => { change({ ...search, category: id ?? undefined, topics: recallTopics(id ?? category.id) }) }} />
      )}
      {category.topics.length > 0 && (
        <MultiFilterChips label={t('find.topic')} showLabel oneLine options={category.topics.map((one) => ({ id: one.id, label: one.name }))} value={search.topics ?? []}
          onChange={(topics) => { change({ ...search, category: category.id, topics }) }} />
      )}
      {!isFuture && <Benefit category={category} />}
      {told.isLoading ? <CardsSkeleton /> : <Results key={category.id} category={category} search={search} onChange={change} />}
    </Stack>
  )
}

function Benefit({ category: { id, benefit, is_told } }: { category: Category }) {
  const t = useT()
  if (!benefit) return <Banner>{t('find.notCovered')}</Banner>
  if (benefit.left <= 0) return <Banner>{t('find.usedUp')}</Banner>
  return (
    <Row justify="between">
      <Muted>{t('find.left', { left: benefit.left, granted: benefit.granted })}</Muted>
      <Link to="/start" search={{ category: id }}>{t(is_told ? 'find.told' : 'find.tell')}</Link>
    </Row>
  )
}

function Results({ category, search, onChange }: { category: Category; search: FindSearch; onChange: (next: FindSearch) => void }) {
  const t = useT()
  const booking = useBooking()
  const query = useInfiniteQuery({ ...findQuery(category.id, search), enabled: !booking.isBusy })
  const [waited, setWaited] = useState<Waited>()
  const pages = query.data?.pages ?? []
  const lengthMin = pages[0]?.length_min ?? category.lengths_min[0] ?? 50
  const format = search.format ?? among(formatNames, category.formats[0]) ?? 'video'
  const anyone = (): Waited => {
    const { language, gender, time } = search
    return { category: category.id, lengthMin, formats: category.formats, format, ...(language && { language }), ...(gender && { gender }), ...(time && { time }) }
  }
  const clear = () => { onChange(tidy({ category: category.id, topics: search.topics })) }
  return (
    <div className={styles.layout}>
      <FindFilters search={search} formats={category.formats} found={pages[0]?.total} onChange={(next) => { onChange({ ...next, category: category.id }) }} onClear={clear} />
      <Loaded query={query} skeleton={<CardsSkeleton />} empty={({ pages: [page] }) => page?.total === 0 && (
        <EmptyState icon="find" title={t('find.nobody')} action={<Row justify="center"><Button onPress={() => { onChange({ category: category.id, topics: [] }) }}>{t('find.nobody.clear')}</Button><Button onPress={() => { setWaited(anyone()) }}>{t('find.wait')}</Button></Row>}>{t('find.nobody.text')}</EmptyState>
      )}>
        {() => (
          <Stack>
            {!booking.isBusy && <HeldBefore />}
            {pages[0]?.topics === 'nowhere' && <Banner>{t('find.rare')}</Banner>}
            {pages[0]?.topics === 'elsewhere' && <Banner actions={<Button onPress={clear}>{t('find.elsewhere.clear')}</Button>}>{t('find.elsewhere')}</Banner>}
            {pages.flatMap((page) => page.items).map((found) => {
              const formats = category.formats.filter((one) => found.card.formats.includes(one))
              const chosen = formats.includes(format) ? format : (formats[0] ?? format)
              return (
                <FoundCard key={found.card.id} found={found} category={category.id}
                  onPick={(start) => { booking.start({ specialist_id: found.card.id, category_id: category.id, starts_at: start, length_min: lengthMin, format: chosen }, formats) }}
                  onWait={() => { setWaited({ ...anyone(), formats, specialist: { id: found.card.id, name: found.card.display_name } }) }} />
              )
            })}
            {query.hasNextPage && <LoadMore onPress={() => { void query.fetchNextPage() }} isPending={query.isFetchingNextPage} />}
            <Row justify="between">
              <Muted>{t('find.noneSuits')}</Muted>
              <Button icon="bell" onPress={() => { setWaited(anyone()) }}>{t('find.wait')}</Button>
            </Row>
          </Stack>
        )}
      </Loaded>
      <BookSheet booking={booking} />
      {waited && <WaitDialog waited={waited} onClose={() => { setWaited(undefined) }} />}
    </div>
  )
}
