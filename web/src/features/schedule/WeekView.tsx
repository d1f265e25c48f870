import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useT } from '~/i18n'
import { addDays, useFormat } from '~/i18n/format'
import { Button, CardsSkeleton, IconButton, Loaded, Row, ShownZone, Skeleton, Stack, widerThan } from '~/ui'
import type { Editing } from './DayColumn'
import { calendarQuery, type Settings } from './queries'
import { mondayOf } from './week'
import { WeekCards } from './WeekCards'
import { WeekGrid } from './WeekGrid'
import styles from './week-grid.module.css'

/** Beside the rail: seven columns in which a weekday's name and «09:00–18:00» stand on one line. */
const useHasRoom = widerThan('75rem')

interface Props {
  week: string
  today: string
  settings: Settings
  editing: Editing | undefined
  onEdit: (editing: Editing) => void
}

/** A week: days side by side where there is room to draw in them; one under another, told in words, on a phone. */
export function WeekView({ week, today, settings, editing, onEdit }: Props) {
  const t = useT()
  const format = useFormat()
  const navigate = useNavigate()
  const hasRoom = useHasRoom()
  const query = useQuery(calendarQuery(week, addDays(week, 6)))
  const go = (to: string) => { void navigate({ to: '/work/calendar', search: { view: 'week', week: to } }) }
  return (
    <Stack>
      <Row justify="between">
        <Row>
          <IconButton icon="back" label={t('schedule.week.previous')} onPress={() => { go(addDays(week, -7)) }} />
          <IconButton icon="forward" label={t('schedule.week.next')} onPress={() => { go(addDays(week, 7)) }} />
          <strong aria-live="polite">{format.civilSpan(week, addDays(week, 6))}</strong>
        </Row>
        {week !== mondayOf(today) && <Button variant="quiet" onPress={() => { go(mondayOf(today)) }}>{t('schedule.week.this')}</Button>}
      </Row>
      <Loaded query={query} skeleton={hasRoom ? <Skeleton><div className={styles.waiting} /></Skeleton> : <CardsSkeleton cards={7} />}>
        {(view) => (
          <Stack>
            <ShownZone zone={view.time_zone} at={view.now} />
            {hasRoom
              ? <WeekGrid view={view} settings={settings} editing={editing} onEdit={onEdit} />
              : <WeekCards view={view} onEdit={(date) => { onEdit({ date }) }} />}
          </Stack>
        )}
      </Loaded>
    </Stack>
  )
}
