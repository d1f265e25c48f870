import { Link } from '@tanstack/react-router'
import type { CSSProperties } from 'react'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { useZoneName } from '~/i18n/zones'
import { Chip, cx, IconButton, VisuallyHidden } from '~/ui'
import { OpenHours } from './Agenda'
import { useDrag } from './drag'
import type { Booking, CalendarDay, CalendarView } from './queries'
import { clockText, merged, type Clock, type Reach, type Stretch } from './stretches'
import { weekdayOf, weekdays } from './week'
import styles from './week-grid.module.css'

/** A day whose hours are being changed. */
export interface Editing {
  date: string
  /** As a drag made them; without it, as they are. */
  hours?: readonly Stretch[]
}

/** Something of the day and where it is drawn. */
interface Placed<T> {
  span: T
  place: Stretch
}

interface Props {
  day: CalendarDay
  clock: Clock
  homeZone: string
  today: string
  reach: Reach
  /** What can be booked: also what last night's hours reach into this day. */
  open: readonly Stretch[]
  /** The hours that begin on this day: what can be dragged. */
  hours: readonly Stretch[]
  bookings: readonly Placed<Booking>[]
  busy: readonly Placed<CalendarView['busy'][number]>[]
  /** Hours that were drawn and are not yet saved. */
  draft: readonly Stretch[] | undefined
  onEdit: (editing: Editing) => void
}

export function placeOf({ from, to }: Stretch, reach: Reach): CSSProperties {
  const part = (minute: number) => ((Math.min(reach.to, Math.max(reach.from, minute)) - reach.from) / (reach.to - reach.from)) * 100
  return { insetBlockStart: `${String(part(from))}%`, blockSize: `${String(part(to) - part(from))}%` }
}

const text = ({ from, to }: Stretch) => `${clockText(from)}–${clockText(to)}`

export function DayColumn({ day, clock, homeZone, today, reach, open, hours, bookings, busy, draft, onEdit }: Props) {
  const t = useT()
  const isPast = day.date < today
  const { dragging, handlers } = useDrag({
    hours, clock, reach, isOff: isPast || day.kind === 'leave',
    onDragged: (next) => { onEdit({ date: day.date, hours: next }) },
  })
  return (
    <section className={styles.day} aria-label={useFormat().civilDate(day.date)}>
      <DayHead day={day} homeZone={homeZone} today={today} onEdit={onEdit} />
      <div className={cx(styles.track, handlers && styles.canDrag)} {...handlers}>
        {/* Drawn for the eyes; the hours are told in words in the head. */}
        <div aria-hidden="true">
          {clock.gap && <span className={styles.gap} style={placeOf(clock.gap, reach)} title={t('schedule.gap', { from: clockText(clock.gap.from), to: clockText(clock.gap.to) })} />}
          {merged(open).map((stretch) => <span key={stretch.from} className={styles.open} style={placeOf(stretch, reach)}>{text(stretch)}</span>)}
          {handlers && hours.flatMap((stretch) => [stretch.from, Math.min(stretch.to, 1440)].map((edge) => (
            <span key={edge} className={styles.edge} style={placeOf({ from: edge, to: edge }, reach)} />
          )))}
          {draft?.map((stretch) => <span key={stretch.from} className={styles.draft} style={placeOf(stretch, reach)} />)}
          {dragging && (
            <span className={cx(styles.draft, styles.dragging)} style={placeOf(dragging, reach)}>
              <span className={styles.times}>{dragging.from === dragging.to ? t('schedule.closed') : text(dragging)}</span>
            </span>
          )}
        </div>
        <Taken day={day} reach={reach} bookings={bookings} busy={busy} />
      </div>
    </section>
  )
}

/** Weekday, date, what kind of day it is, and the way to change it without a drag. Its height does not depend on the hours. */
function DayHead({ day, homeZone, today, onEdit }: Pick<Props, 'day' | 'homeZone' | 'today' | 'onEdit'>) {
  const t = useT()
  const format = useFormat()
  const zoneName = useZoneName()
  const date = format.civilDate(day.date)
  const state = day.kind === 'leave' ? t('schedule.kind.leave') : day.open.length === 0 ? t('schedule.closed') : day.kind === 'own' && t('schedule.edit.own')
  return (
    <header className={cx(styles.head, day.date === today && styles.today)}>
      <h2 className={styles.weekday}>{t(`schedule.day.${weekdays[weekdayOf(day.date)] ?? 'mon'}`)}</h2>
      <p className={styles.date}>{format.civilDay(day.date)}{day.date === today && <VisuallyHidden>, {t('schedule.today')}</VisuallyHidden>}</p>
      {day.time_zone !== homeZone && <Chip tone="notice">{zoneName(day.time_zone, day.starts_at)}</Chip>}
      <div className={styles.foot}>
        <span className={styles.state} aria-hidden="true">{state}</span>
        <VisuallyHidden><OpenHours day={day} /></VisuallyHidden>
        {day.date >= today && <IconButton icon="edit" label={t('schedule.edit.date', { date })} onPress={() => { onEdit({ date: day.date }) }} />}
      </div>
    </header>
  )
}

/** Consultations with their people, and taken time without a name, where they are in the day. */
function Taken({ day, reach, bookings, busy }: Pick<Props, 'day' | 'reach' | 'bookings' | 'busy'>) {
  const t = useT()
  const format = useFormat()
  if (bookings.length + busy.length === 0) return <VisuallyHidden>{t('schedule.agenda.none')}</VisuallyHidden>
  const span = (one: { starts_at: string; ends_at: string }) => `${format.time(one.starts_at, day.time_zone)}–${format.time(one.ends_at, day.time_zone)}`
  return (
    <ul aria-label={t('schedule.agenda')}>
      {busy.map(({ span: one, place }) => (
        <li key={`${one.kind}${one.starts_at}`} className={cx(styles.item, styles.busy)} style={placeOf(place, reach)}>
          <time dateTime={one.starts_at} data-tabular>{span(one)}</time> {t(`schedule.busy.${one.kind as 'external'}`)}
        </li>
      ))}
      {bookings.map(({ span: one, place }) => (
        <li key={one.appointment_id} className={cx(styles.item, styles.booking)} style={placeOf(place, reach)}>
          {/* Pressed, it is a link, not the beginning of new hours. */}
          <Link to="/work/clients/$client" params={{ client: one.client_id }} className={styles.client} onPointerDown={(event) => { event.stopPropagation() }}>
            <time dateTime={one.starts_at} data-tabular>{span(one)}</time> {one.client_name}
            <VisuallyHidden>{`, ${one.category}, ${t(`schedule.format.${one.format as 'video'}`)}`}</VisuallyHidden>
          </Link>
        </li>
      ))}
    </ul>
  )
}
