import { useState, type CSSProperties } from 'react'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Button, Muted, Row } from '~/ui'
import { DayColumn, placeOf, type Editing } from './DayColumn'
import type { CalendarView, Settings } from './queries'
import { clockFor, clockText, DAY, drawn, hoursOn, weekReach } from './stretches'
import styles from './week-grid.module.css'

interface Props {
  view: CalendarView
  settings: Settings
  editing: Editing | undefined
  onEdit: (editing: Editing) => void
}

/** The week as on paper: days side by side, hours downwards, the same hour at the same height by the clock on the wall of each day. */
export function WeekGrid({ view, settings, editing, onEdit }: Props) {
  const t = useT()
  const format = useFormat()
  const columns = view.days.map((day) => {
    const [starts, ends] = [Date.parse(day.starts_at), Date.parse(day.ends_at)]
    const clock = clockFor(starts, ends, (at) => format.time(new Date(at), day.time_zone))
    /** What meets the day, cut to it. */
    const within = <T extends { starts_at: string; ends_at: string }>(spans: readonly T[]) => spans
      .map((span) => ({ span, from: Math.max(starts, Date.parse(span.starts_at)), to: Math.min(ends, Date.parse(span.ends_at)) }))
      .filter(({ from, to }) => from < to)
      .map(({ span, from, to }) => ({ span, place: drawn(clock, from, to) }))
    return {
      day, clock, open: within(day.open).map(({ place }) => place), bookings: within(view.bookings), busy: within(view.busy),
      // On leave nothing is open, whatever the hours say.
      hours: day.kind === 'leave' ? [] : hoursOn(settings, day.date),
    }
  })
  const seen = columns.flatMap(({ open, bookings, busy }) => [...open, ...bookings.map(({ place }) => place), ...busy.map(({ place }) => place)])
  const [isWholeDay, showWholeDay] = useState(false)
  // It only grows while the screen is there: hours made shorter, or another week, must not move the others under the hand.
  const [widest, widen] = useState(() => weekReach(seen))
  const needed = weekReach([...seen, widest])
  if (needed.from < widest.from || needed.to > widest.to) widen(needed)
  const reach = isWholeDay ? { from: 0, to: DAY } : needed
  const hours = Array.from({ length: (reach.to - reach.from) / 60 }, (_, i) => reach.from + i * 60)
  const hasNights = needed.from > 0 || needed.to < DAY
  return (
    <>
      <Row justify="between">
        <Muted small>{t('schedule.drag.lead')}</Muted>
        {hasNights && (
          <Button variant="quiet" icon="time" onPress={() => { showWholeDay(!isWholeDay) }}>
            {t(isWholeDay ? 'schedule.nights.hide' : 'schedule.nights.show')}
          </Button>
        )}
      </Row>
      <div className={styles.week} style={{ '--hours': hours.length } as CSSProperties}>
        <div className={styles.axis} aria-hidden="true">
          {hours.slice(1).map((minute) => <span key={minute} style={placeOf({ from: minute, to: minute }, reach)}>{clockText(minute)}</span>)}
        </div>
        {columns.map((column) => (
          <DayColumn
            {...column} key={column.day.date} homeZone={view.time_zone} today={view.today} reach={reach}
            draft={editing?.date === column.day.date ? editing.hours : undefined} onEdit={onEdit}
          />
        ))}
      </div>
    </>
  )
}
