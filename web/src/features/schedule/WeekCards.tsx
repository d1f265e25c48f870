import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { useZoneName } from '~/i18n/zones'
import { Button, Card, Chip, Disclosure, Grid, Muted, Row, Stack } from '~/ui'
import { Agenda, OpenHours } from './Agenda'
import type { CalendarDay, CalendarView } from './queries'
import { weekdayOf, weekdays } from './week'

interface Props {
  view: CalendarView
  onEdit: (date: string) => void
}

/** The week in words: where a column would be too narrow to draw in. Days of this week that are over come after those that matter. */
export function WeekCards({ view, onEdit }: Props) {
  const t = useT()
  const isThisWeek = view.days.some((day) => day.date === view.today)
  const isOver = (day: CalendarDay) => isThisWeek && day.date < view.today
  const over = view.days.filter(isOver)
  return (
    <Stack gap={5}>
      <Days days={view.days.filter((day) => !isOver(day))} view={view} onEdit={onEdit} />
      {over.length > 0 && <Disclosure title={t('schedule.week.over')}><Days days={over} view={view} onEdit={onEdit} /></Disclosure>}
    </Stack>
  )
}

function Days({ days, view, onEdit }: Props & { days: readonly CalendarDay[] }) {
  const t = useT()
  const format = useFormat()
  const zoneName = useZoneName()
  return (
    <Grid min={15}>
      {days.map((day) => {
        const weekday = weekdays[weekdayOf(day.date)] ?? 'mon'
        const date = format.civilDate(day.date)
        const isToday = day.date === view.today
        return (
          <Card key={day.date} as="section" label={date} tone={isToday ? 'accent' : 'surface'}>
            <Stack gap={2}>
              <Row justify="between">
                <h2>{t(`schedule.day.${weekday}`)}</h2>
                {isToday && <Chip tone="accent">{t('schedule.today')}</Chip>}
              </Row>
              <Muted small>{date}</Muted>
              {day.time_zone !== view.time_zone && <Chip tone="notice">{zoneName(day.time_zone, day.starts_at)}</Chip>}
              <OpenHours day={day} />
              <Agenda day={day} view={view} />
              {day.date >= view.today && (
                <Row>
                  <Button variant="quiet" icon="edit" aria-label={t('schedule.edit.date', { date })} onPress={() => { onEdit(day.date) }}>
                    {t('schedule.edit')}
                  </Button>
                </Row>
              )}
            </Stack>
          </Card>
        )
      })}
    </Grid>
  )
}
