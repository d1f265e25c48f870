import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Suspense, lazy, useState } from 'react'
import type { Loader } from '~/api'
import { useT } from '~/i18n'
import { nowMs } from '~/i18n/clock'
import { civilDateOf } from '~/i18n/format'
import { CardsSkeleton, Loaded, PageHeader, Tabs } from '~/ui'
import type { Editing } from './DayColumn'
import { settingsQuery, type Settings } from './queries'
import { useSave } from './save'
import { mondayOf } from './week'
import { WeekView } from './WeekView'

// The week is looked at daily; what edits it is fetched when it is wanted.
const HoursForm = lazy(() => import('./HoursForm').then((module) => ({ default: module.HoursForm })))
const CalendarsView = lazy(() => import('./CalendarsView').then((module) => ({ default: module.CalendarsView })))
const DayDialog = lazy(() => import('./DayDialog').then((module) => ({ default: module.DayDialog })))
const TouchedQuestion = lazy(() => import('./TouchedQuestion').then((module) => ({ default: module.TouchedQuestion })))

export const loader: Loader = ({ queryClient }) => queryClient.query({ ...settingsQuery, staleTime: 'static' })

export default function CalendarPage() {
  const t = useT()
  const query = useQuery(settingsQuery)
  return (
    <>
      <PageHeader title={t('schedule.title')} lead={t('schedule.lead')} />
      <Loaded query={query}>{(settings) => <Views settings={settings} />}</Loaded>
    </>
  )
}

function Views({ settings }: { settings: Settings }) {
  const t = useT()
  const navigate = useNavigate()
  const search = useSearch({ from: '/specialist/work/calendar' })
  const [editing, edit] = useState<Editing>()
  const saving = useSave()
  const today = civilDateOf(new Date(nowMs()), settings.time_zone)
  // Who has set nothing begins with the hours.
  const view = search.view ?? (settings.version === 0 ? 'hours' : 'week')
  return (
    <>
      <Tabs
        label={t('schedule.title')} value={view} onChange={(next) => { void navigate({ to: '/work/calendar', search: { view: next } }) }}
        items={[
          { id: 'week', label: t('schedule.tab.week'), content: <WeekView week={search.week ?? mondayOf(today)} today={today} settings={settings} editing={editing} onEdit={edit} /> },
          { id: 'hours', label: t('schedule.tab.hours'), content: <Suspense fallback={<CardsSkeleton />}><HoursForm key={settings.version} settings={settings} today={today} saving={saving} /></Suspense> },
          { id: 'calendars', label: t('schedule.tab.calendars'), content: <Suspense fallback={<CardsSkeleton />}><CalendarsView /></Suspense> },
        ]}
      />
      <Suspense fallback={null}>
        {editing !== undefined && <DayDialog key={editing.date} editing={editing} settings={settings} saving={saving} onClose={() => { edit(undefined) }} />}
        {saving.question !== null && <TouchedQuestion saving={saving} />}
      </Suspense>
    </>
  )
}
