import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { Loader } from '~/api'
import { useT } from '~/i18n'
import { nowMs } from '~/i18n/clock'
import { civilDateOf } from '~/i18n/format'
import { Loaded, PageHeader, Tabs } from '~/ui'
import { CalendarsView } from './CalendarsView'
import { DayDialog } from './DayDialog'
import { HoursForm } from './HoursForm'
import { settingsQuery, type Settings } from './queries'
import { useSave } from './save'
import { TouchedQuestion } from './TouchedQuestion'
import { mondayOf } from './week'
import { WeekView } from './WeekView'

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
  const [editing, edit] = useState<string>()
  const saving = useSave()
  const today = civilDateOf(new Date(nowMs()), settings.time_zone)
  // Who has set nothing begins with the hours.
  const view = search.view ?? (settings.version === 0 ? 'hours' : 'week')
  return (
    <>
      <Tabs
        label={t('schedule.title')} value={view} onChange={(next) => { void navigate({ to: '/work/calendar', search: { view: next } }) }}
        items={[
          { id: 'week', label: t('schedule.tab.week'), content: <WeekView week={search.week ?? mondayOf(today)} today={today} onEdit={edit} /> },
          { id: 'hours', label: t('schedule.tab.hours'), content: <HoursForm key={settings.version} settings={settings} today={today} /> },
          { id: 'calendars', label: t('schedule.tab.calendars'), content: <CalendarsView /> },
        ]}
      />
      {editing !== undefined && <DayDialog key={editing} date={editing} settings={settings} saving={saving} onClose={() => { edit(undefined) }} />}
      <TouchedQuestion saving={saving} />
    </>
  )
}
