import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useT } from '~/i18n'
import { addDays, useFormat } from '~/i18n/format'
import { useZoneName } from '~/i18n/zones'
import { Button, Card, CardsSkeleton, Chip, Grid, IconButton, Loaded, Muted, Row, Stack } from '~/ui'
import { Agenda, OpenHours } from './Agenda'
import { calendarQuery } from './queries'
import { mondayOf, weekdayOf, weekdays } from './week'

/** A week: columns as wide as the screen allows, one under another on a phone. */
export function WeekView({ week, today, onEdit }: { week: string; today: string; onEdit: (date: string) => void }) {
  const t = useT()
  const format = useFormat()
  const zoneName = useZoneName()
  const navigate = useNavigate()
  const query = useQuery(calendarQuery(week, addDays(week, 6)))
  const go = (to: string) => { void navigate({ to: '/work/calendar', search: { view: 'week', week: to } }) }
  return (
    <Stack>
      <Row justify="between">
        <Row>
          <IconButton icon="back" label={t('schedule.week.previous')} onPress={() => { go(addDays(week, -7)) }} />
          <IconButton icon="forward" label={t('schedule.week.next')} onPress={() => { go(addDays(week, 7)) }} />
          <strong aria-live="polite">{t('schedule.week.of', { from: format.civilDate(week), to: format.civilDate(addDays(week, 6)) })}</strong>
        </Row>
        {week !== mondayOf(today) && <Button variant="quiet" onPress={() => { go(mondayOf(today)) }}>{t('schedule.week.this')}</Button>}
      </Row>
      <Loaded query={query} skeleton={<CardsSkeleton cards={7} />}>
        {(view) => (
          <Stack>
            <Muted small>{t('schedule.zone.shown', { zone: zoneName(view.time_zone, view.now) })}</Muted>
            <Grid min={15}>
              {view.days.map((day) => {
                const weekday = weekdays[weekdayOf(day.date)] ?? 'mon'
                return (
                  <Card key={day.date} as="section" label={format.civilDate(day.date)} tone={day.date === view.today ? 'accent' : 'surface'}>
                    <Stack gap={2}>
                      <Row justify="between">
                        <h2>{t(`schedule.day.${weekday}`)}</h2>
                        {day.date === view.today && <Chip tone="accent">{t('schedule.today')}</Chip>}
                      </Row>
                      <Muted small>{format.civilDate(day.date)}</Muted>
                      {day.time_zone !== view.time_zone && <Chip tone="notice">{zoneName(day.time_zone, day.starts_at)}</Chip>}
                      <OpenHours day={day} />
                      <Agenda day={day} view={view} />
                      {day.date >= view.today && <Row><Button variant="quiet" icon="edit" aria-label={t('schedule.edit.date', { date: format.civilDate(day.date) })} onPress={() => { onEdit(day.date) }}>{t('schedule.edit')}</Button></Row>}
                    </Stack>
                  </Card>
                )
              })}
            </Grid>
          </Stack>
        )}
      </Loaded>
    </Stack>
  )
}
