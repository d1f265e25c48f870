import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button, Card, DateField, Form, Grid, IconButton, Muted, NumberField, Row, Section, Stack, Within, ZoneField, useForm } from '~/ui'
import { HoursLines } from './HoursLines'
import type { Settings } from './queries'
import type { useSave } from './save'
import { fromWire, ruleIndex, rulesOf, toWire, weekOf, weekdays, type Hours, type Week } from './week'

interface Values {
  time_zone: string
  week: Week
  overrides: { date: string; intervals: Hours[] }[]
  leaves: { from_date: string; to_date: string }[]
  travel: { from_date: string; to_date: string | null; time_zone: string }[]
  buffer_before_min: number
  buffer_after_min: number
  notice_hours: number
  rolling_days: number
  max_per_day: number | null
  max_per_week: number | null
  max_minutes_per_day: number | null
}

const valuesOf = (settings: Settings): Values => ({
  ...settings,
  week: weekOf(settings.rules),
  overrides: (settings.overrides ?? []).map(({ date, intervals }) => ({ date, intervals: intervals.map(fromWire) })),
  leaves: settings.leaves ?? [],
  travel: (settings.travel ?? []).map((journey) => ({ ...journey, to_date: journey.to_date ?? null })),
  notice_hours: settings.min_notice_min / 60,
  max_per_day: settings.max_per_day ?? null,
  max_per_week: settings.max_per_week ?? null,
  max_minutes_per_day: settings.max_minutes_per_day ?? null,
})

const settingsOf = ({ week, notice_hours, overrides, ...values }: Values, version: number): Settings => ({
  version,
  time_zone: values.time_zone,
  rules: rulesOf(week),
  overrides: overrides.map(({ date, intervals }) => ({ date, intervals: intervals.map(toWire) })),
  leaves: values.leaves,
  travel: values.travel,
  buffer_before_min: values.buffer_before_min,
  buffer_after_min: values.buffer_after_min,
  min_notice_min: Math.round(notice_hours * 60),
  rolling_days: values.rolling_days,
  max_per_day: values.max_per_day,
  max_per_week: values.max_per_week,
  max_minutes_per_day: values.max_minutes_per_day,
})

/** NaN while a number is empty. */
const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value)

/** The whole of one's hours. The week comes first: it is all that is needed to begin. */
export function HoursForm({ settings, today, saving }: { settings: Settings; today: string; saving: ReturnType<typeof useSave> }) {
  const t = useT()
  const form = useForm<Values>({ initial: valuesOf(settings), draft: 'schedule', submit: (values, key) => saving.offer(settingsOf(values, settings.version), key) })
  const { values, set } = form
  const format = useFormat()
  const at = (path: string) => ({ name: path, error: form.errorAt(path) })
  const setDay = (day: keyof Week, hours: Hours[]) => { set('week', { ...values.week, [day]: hours }) }
  const copyMonday = () => { set('week', { ...values.week, tue: values.week.mon, wed: values.week.mon, thu: values.week.mon, fri: values.week.mon }) }
  const saved = valuesOf(settings)
  // What is over is not shown. Only what was saved so: a date that is being typed is in the past for a moment.
  const isShown = <Row,>(row: Row, end: string | null, all: readonly Row[]) =>
    end === null || end >= today || !all.some((one) => JSON.stringify(one) === JSON.stringify(row))

  return (
    <Form form={form} submit={t('schedule.save')}>
      <Stack gap={6}>
        {settings.version === 0 && <Banner title={t('schedule.first.title')}>{t('schedule.first.lead')}</Banner>}
        <ZoneField label={t('schedule.zone')} hint={t('schedule.zone.hint')} value={values.time_zone} onChange={(zone) => { set('time_zone', zone) }} {...at('time_zone')} />
        <Section title={t('schedule.week')} actions={values.week.mon.length > 0 && <Button variant="quiet" icon="copy" onPress={copyMonday}>{t('schedule.copyMonday')}</Button>}>
          <Grid min={18}>
            {weekdays.map((day) => (
              <Card key={day} tone="outline">
                <Stack gap={2}>
                  <h3>{t(`schedule.day.${day}`)}</h3>
                  {values.week[day].length === 0 && <Muted>{t('schedule.closed')}</Muted>}
                  <HoursLines name={t(`schedule.day.${day}`)} value={values.week[day]} onChange={(hours) => { setDay(day, hours) }} fieldAt={(line, part) => at(`rules/${String(ruleIndex(values.week, day, line))}/${part}`)} />
                </Stack>
              </Card>
            ))}
          </Grid>
        </Section>

        <Section title={t('schedule.terms')}>
          <Grid min={15}>
            <NumberField label={t('schedule.bufferAfter')} min={0} max={240} step={5} {...form.field('buffer_after_min')} />
            <NumberField label={t('schedule.bufferBefore')} min={0} max={240} step={5} {...form.field('buffer_before_min')} />
            <NumberField label={t('schedule.notice')} hint={t('schedule.notice.hint')} min={0} max={720} {...form.field('notice_hours')} {...at('min_notice_min')} />
            <NumberField label={t('schedule.horizon')} hint={t('schedule.horizon.hint')} min={1} max={180} {...form.field('rolling_days')} />
            <NumberField label={t('schedule.maxDay')} optional min={1} max={48} value={values.max_per_day ?? NaN} onChange={(value) => { set('max_per_day', orNull(value)) }} {...at('max_per_day')} />
            <NumberField label={t('schedule.maxWeek')} optional min={1} max={200} value={values.max_per_week ?? NaN} onChange={(value) => { set('max_per_week', orNull(value)) }} {...at('max_per_week')} />
            <NumberField label={t('schedule.maxMinutes')} optional min={15} max={1440} step={5} value={values.max_minutes_per_day ?? NaN} onChange={(value) => { set('max_minutes_per_day', orNull(value)) }} {...at('max_minutes_per_day')} />
          </Grid>
        </Section>

        <Section title={t('schedule.leave')} actions={<Button variant="quiet" icon="plus" onPress={() => { set('leaves', [...values.leaves, { from_date: today, to_date: today }]) }}>{t('schedule.leave.add')}</Button>}>
          {values.leaves.every((leave) => !isShown(leave, leave.to_date, saved.leaves)) && <Muted>{t('schedule.leave.none')}</Muted>}
          {values.leaves.map((leave, i) => isShown(leave, leave.to_date, saved.leaves) && (
            <Within key={i} name={t('schedule.leave')}>
              <Row align="end">
                <DateField label={t('schedule.fromDate')} value={leave.from_date} onChange={(date) => { if (date) set('leaves', values.leaves.map((one, j) => (j === i ? { ...one, from_date: date } : one))) }} {...at(`leaves/${String(i)}/from_date`)} />
                <DateField label={t('schedule.toDate')} value={leave.to_date} onChange={(date) => { if (date) set('leaves', values.leaves.map((one, j) => (j === i ? { ...one, to_date: date } : one))) }} {...at(`leaves/${String(i)}/to_date`)} />
                <IconButton icon="trash" label={t('schedule.leave.remove')} onPress={() => { set('leaves', values.leaves.filter((_, j) => j !== i)) }} />
              </Row>
            </Within>
          ))}
        </Section>

        <Section title={t('schedule.exceptions')} actions={<Button variant="quiet" icon="plus" onPress={() => { set('overrides', [...values.overrides, { date: today, intervals: [{ start: '10:00', end: '14:00' }] }]) }}>{t('schedule.exceptions.add')}</Button>}>
          <Muted>{t('schedule.exceptions.lead')}</Muted>
          {values.overrides.map((entry, i) => isShown(entry, entry.date, saved.overrides) && (
            <Card key={i} tone="outline">
              <Stack gap={2}>
                <Row align="end">
                  <DateField label={t('schedule.date')} value={entry.date} onChange={(date) => { if (date) set('overrides', values.overrides.map((one, j) => (j === i ? { ...one, date } : one))) }} {...at(`overrides/${String(i)}/date`)} />
                  <IconButton icon="trash" label={t('schedule.exceptions.remove', { date: format.civilDate(entry.date) })} onPress={() => { set('overrides', values.overrides.filter((_, j) => j !== i)) }} />
                </Row>
                {entry.intervals.length === 0 && <Muted>{t('schedule.closed')}</Muted>}
                <HoursLines name={format.civilDate(entry.date)} value={entry.intervals} onChange={(intervals) => { set('overrides', values.overrides.map((one, j) => (j === i ? { ...one, intervals } : one))) }} fieldAt={(line, part) => at(`overrides/${String(i)}/intervals/${String(line)}/${part}`)} />
              </Stack>
            </Card>
          ))}
        </Section>

        <Section title={t('schedule.travel')} actions={<Button variant="quiet" icon="plus" onPress={() => { set('travel', [...values.travel, { from_date: today, to_date: today, time_zone: values.time_zone }]) }}>{t('schedule.travel.add')}</Button>}>
          <Muted>{t('schedule.travel.lead')}</Muted>
          {values.travel.map((journey, i) => isShown(journey, journey.to_date, saved.travel) && (
            <Within key={i} name={t('schedule.travel')}>
              <Row align="end">
                <DateField label={t('schedule.fromDate')} value={journey.from_date} onChange={(date) => { if (date) set('travel', values.travel.map((one, j) => (j === i ? { ...one, from_date: date } : one))) }} {...at(`travel/${String(i)}/from_date`)} />
                <DateField label={t('schedule.toDate')} optional value={journey.to_date} onChange={(date) => { set('travel', values.travel.map((one, j) => (j === i ? { ...one, to_date: date } : one))) }} {...at(`travel/${String(i)}/to_date`)} />
                <ZoneField label={t('schedule.zone')} value={journey.time_zone} onChange={(zone) => { set('travel', values.travel.map((one, j) => (j === i ? { ...one, time_zone: zone } : one))) }} {...at(`travel/${String(i)}/time_zone`)} />
                <IconButton icon="trash" label={t('schedule.travel.remove')} onPress={() => { set('travel', values.travel.filter((_, j) => j !== i)) }} />
              </Row>
            </Within>
          ))}
        </Section>
      </Stack>
    </Form>
  )
}
