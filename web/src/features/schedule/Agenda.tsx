import { failureOf, wasShorter } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Chip, List, ListItem, Muted } from '~/ui'
import type { CalendarDay, CalendarView } from './queries'

const overlaps = (one: { starts_at: string; ends_at: string }, other: { starts_at: string; ends_at: string }) =>
  Date.parse(one.starts_at) < Date.parse(other.ends_at) && Date.parse(other.starts_at) < Date.parse(one.ends_at)

/** What is in one day, in order: consultations with their people, and taken time without a name. Times of the place where one is that day. */
export function Agenda({ day, view }: { day: CalendarDay; view: CalendarView }) {
  const t = useT()
  const format = useFormat()
  /** Past midnight it stands under the second day too, and must not read as another one. */
  const since = (one: { starts_at: string }) => (Date.parse(one.starts_at) < Date.parse(day.starts_at) ? ` · ${t('schedule.agenda.since')}` : '')
  const span = (from: string, to: string) => `${format.time(from, day.time_zone)}–${format.time(to, day.time_zone)}`
  const rows = [
    ...view.bookings.filter((one) => overlaps(one, day)).map((one) => ({ at: one.starts_at, key: one.appointment_id, node: (
      <ListItem key={one.appointment_id} to="/work/clients/$client" params={{ client: one.client_id }} title={<><time dateTime={one.starts_at} data-tabular>{span(one.starts_at, one.ends_at)}</time> · {one.client_name}</>} text={`${one.category} · ${t(`schedule.format.${one.format as 'video'}`)}${wasShorter(one) && !failureOf(one) ? ` · ${t('schedule.endedEarly')}` : ''}${since(one)}`}
        trailing={one.status === 'completed' && <Chip>{t(`schedule.done.${failureOf(one) ?? 'held'}`)}</Chip>} />
    ) })),
    ...view.busy.filter((one) => overlaps(one, day)).map((one) => ({ at: one.starts_at, key: `${one.kind}${one.starts_at}`, node: (
      <ListItem key={`${one.kind}${one.starts_at}`} title={span(one.starts_at, one.ends_at)} text={t(`schedule.busy.${one.kind as 'external'}`) + since(one)} />
    ) })),
  ].sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
  return rows.length === 0 ? <Muted small>{t('schedule.agenda.none')}</Muted> : <List label={t('schedule.agenda')}>{rows.map((row) => row.node)}</List>
}

/** When the day is open, in words. */
export function OpenHours({ day }: { day: CalendarDay }) {
  const t = useT()
  const format = useFormat()
  if (day.kind === 'leave') return <Muted small>{t('schedule.kind.leave')}</Muted>
  if (day.open.length === 0) return <Muted small>{t('schedule.closed')}</Muted>
  const time = (at: string) => format.time(at, day.time_zone)
  // A day that is open to its end closes at 24:00, not at the midnight with which it began.
  const spans = day.open.map(({ starts_at: from, ends_at: to }) => `${time(from)}–${time(to) === '00:00' ? '24:00' : time(to)}`)
  return <Muted small>{day.kind === 'own' ? t('schedule.kind.own', { hours: spans.join(', ') }) : spans.join(', ')}</Muted>
}
