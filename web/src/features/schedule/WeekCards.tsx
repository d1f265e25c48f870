import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { useZoneName } from '~/i18n/zones'
import { Button, Card, Chip, Grid, Muted, Row, Stack } from '~/ui'
import { Agenda, OpenHours } from './Agenda'
import type { CalendarView } from './queries'
import { weekdayOf, weekdays } from './week'

/** The week in words: where a column would be too narrow to draw in. */
export function WeekCards({ view, onEdit }: { view: CalendarView; onEdit: (date: string) => void }) {
  const t = useT()
  const format = useFormat()
  const zoneName = useZoneName()
  return (
    <Grid min={15}>
      {view.days.map((day) => {
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
