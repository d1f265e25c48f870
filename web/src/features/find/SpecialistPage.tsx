// A specialist: what they write about themselves, what was checked, and when they are free.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { api, data, idempotent, photoOf, useCommand, type Loader } from '~/api'
import { among } from '~/api/among'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Avatar, Banner, Beside, Button, Card, Chip, Columns, EmptyState, Facts, FilterChips, Icon, ListSkeleton, Loaded, Muted, PageHeader, Row, Section, Stack, TextSkeleton, TimesByDay, useProblemText } from '~/ui'
import { BookSheet } from './BookSheet'
import { slotsQuery, specialistQuery, type Specialist } from './queries'
import { formatNames, genders } from './search'
import { useBooking } from './useBooking'
import { WaitDialog } from './WaitDialog'
import { useLanguageName } from './words'

export const loader: Loader = ({ queryClient, params }) => queryClient.query(specialistQuery(params['id'] ?? ''))

export default function SpecialistPage() {
  const t = useT()
  const { id } = useParams({ from: '/employee/find/$id' })
  const query = useQuery(specialistQuery(id))
  const search = useSearch({ from: '/employee/find/$id' })
  const back = { to: '/find', label: t('find.title'), search: { ...search } } as const
  return (
    <>
      <PageHeader title={query.data?.display_name ?? t('find.specialist')} {...(query.data && { lead: query.data.headline, actions: <Keep specialist={query.data} /> })} back={back} />
      <Loaded query={query} skeleton={<TextSkeleton lines={6} />}>
        {(specialist) => (
          <Columns aside={<About specialist={specialist} />}>
            <Stack gap={5}>
              <Who specialist={specialist} />
              <Times specialist={specialist} category={search.category} />
            </Stack>
          </Columns>
        )}
      </Loaded>
    </>
  )
}

function Keep({ specialist }: { specialist: Specialist }) {
  const t = useT()
  const text = useProblemText()
  const queryClient = useQueryClient()
  const keep = useCommand(
    (isKept: boolean, key) => {
      const ask = { params: { path: { id: specialist.id } }, headers: idempotent(key) }
      return data(isKept ? api.PUT('/api/favourites/{id}', ask) : api.DELETE('/api/favourites/{id}', ask))
    },
    { onSuccess: () => queryClient.invalidateQueries({ queryKey: ['booking'] }) },
  )
  return (
    <Stack gap={1}>
      <Button icon="heart" aria-pressed={specialist.is_favourite} isPending={keep.isPending} onPress={() => { keep.mutate(!specialist.is_favourite) }}>{specialist.is_favourite ? t('find.kept') : t('find.keep')}</Button>
      {keep.error && <Muted small>{text(keep.error)}</Muted>}
    </Stack>
  )
}

/** Whom one would talk to, before any hour is chosen: also on a phone, where the rest comes after the hours. */
function Who({ specialist }: { specialist: Specialist }) {
  const t = useT()
  const format = useFormat()
  const languageName = useLanguageName()
  const gender = among(genders, specialist.gender)
  // What can be booked: a format that none of the categories is held in is no offer.
  const offered = new Set(specialist.categories.flatMap((one) => one.formats))
  const formatsHere = formatNames.filter((one) => specialist.formats.includes(one) && (offered.size === 0 || offered.has(one)))
  const mean = specialist.rating_tenths ? format.number(specialist.rating_tenths / 10, { minimumFractionDigits: 1 }) : null
  return (
    <Beside picture={<Avatar name={specialist.display_name} src={photoOf(specialist)} size="xl" />}>
      <Stack gap={3}>
        {specialist.is_known && <Row><Chip tone="accent">{t('find.reason.known')}</Chip></Row>}
        <Facts items={[
          [t('find.languages'), format.list(specialist.languages.map(languageName))],
          gender && [t('find.gender'), t(`find.gender.${gender}`)],
          [t('find.formats'), format.names(formatsHere.map((one) => t(`find.format.${one}`)))],
          specialist.practising_since ? [t('find.since'), t('find.sinceYear', { year: String(specialist.practising_since) })] : null,
          mean === null ? null : [t('find.rating'), t('find.ratingOf', { mean })],
        ]} />
      </Stack>
    </Beside>
  )
}

function About({ specialist }: { specialist: Specialist }) {
  const t = useT()
  return (
    <Stack gap={5}>
      {specialist.about !== '' && <Section title={t('find.about')}>{specialist.about.split(/\n+/).map((part, index) => <p key={index}>{part}</p>)}</Section>}
      {specialist.topics.length > 0 && <Section title={t('find.topics')}><Row gap={2}>{specialist.topics.map((topic) => <Chip key={topic.id}>{topic.name}</Chip>)}</Row></Section>}
      {specialist.approaches.length > 0 && <Section title={t('find.approaches')}><Row gap={2}>{specialist.approaches.map((one) => <Chip key={one}>{one}</Chip>)}</Row></Section>}
      {specialist.education.length > 0 && (
        <Section title={t('find.education')}>
          <Row gap={1}><Icon name="check" size={16} /><Muted small>{t('find.education.checked')}</Muted></Row>
          <Facts items={specialist.education.map((one) => [String(one.year), [one.title, one.institution, one.hours ? t('find.hours', { count: one.hours }) : ''].filter(Boolean).join(', ')] as const)} />
        </Section>
      )}
    </Stack>
  )
}

function Times({ specialist, category: wanted }: { specialist: Specialist; category: string | undefined }) {
  const t = useT()
  const [chosen, setChosen] = useState(wanted)
  const category = specialist.categories.find((one) => one.id === chosen) ?? specialist.categories[0]
  if (!specialist.is_bookable || !category) return <Banner>{t('find.notBookable')}</Banner>
  return (
    <Section title={t('find.times')}>
      {specialist.categories.length > 1 && (
        <FilterChips label={t('find.category')} showLabel required options={specialist.categories.map((one) => ({ id: one.id, label: one.name }))} value={category.id} onChange={(id) => { setChosen(id ?? undefined) }} />
      )}
      <TimesOf key={category.id} specialist={specialist} category={category} />
    </Section>
  )
}

function TimesOf({ specialist, category }: { specialist: Specialist; category: Specialist['categories'][number] }) {
  const t = useT()
  const format = useFormat()
  const booking = useBooking()
  const [isWaiting, setWaiting] = useState(false)
  const [lengthMin, setLength] = useState(category.lengths_min[0] ?? 50)
  const query = useQuery({ ...slotsQuery(specialist.id, category.id, lengthMin), enabled: !booking.isBusy })
  const wait = <Button icon="bell" onPress={() => { setWaiting(true) }}>{t('find.wait')}</Button>
  const pick = (start: string) => {
    booking.start({ specialist_id: specialist.id, category_id: category.id, starts_at: start, length_min: lengthMin, format: category.formats[0] ?? 'video' }, category.formats)
  }
  return (
    <Stack>
      {category.lengths_min.length > 1 && (
        <FilterChips label={t('find.book.length')} showLabel required options={category.lengths_min.map((one) => ({ id: String(one), label: format.duration(one) }))} value={String(lengthMin)} onChange={(one) => { setLength(Number(one)) }} />
      )}
      <Muted>{t('find.rule.hours', { count: category.cancel_free_hours })}</Muted>
      <Loaded query={query} skeleton={<ListSkeleton />} empty={({ starts }) => starts.length === 0 && <EmptyState icon="calendar" title={t('find.noTimes')} action={wait} />}>
        {({ starts }) => (
          <Card>
            <Stack gap={5}>
              <TimesByDay starts={starts} onPick={pick} atFirst={2} />
              <Row>{wait}</Row>
            </Stack>
          </Card>
        )}
      </Loaded>
      <BookSheet booking={booking} />
      {isWaiting && <WaitDialog waited={{ category: category.id, lengthMin, formats: category.formats, specialist: { id: specialist.id, name: specialist.display_name } }} onClose={() => { setWaiting(false) }} />}
    </Stack>
  )
}
