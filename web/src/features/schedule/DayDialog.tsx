import { useState } from 'react'
import { asProblem, type ApiProblem } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button, Dialog, Muted, RadioGroup, Row, Stack, useProblemText } from '~/ui'
import type { Editing } from './DayColumn'
import { HoursLines } from './HoursLines'
import type { Settings } from './queries'
import type { useSave } from './save'
import { hoursOn, isAlike, linesOf, merged, pointerOf, stretchOf, weeklyOf, withHours, type Scope } from './stretches'
import { toWire, weekdayOf, weekdays, type Hours } from './week'

interface Props {
  editing: Editing
  settings: Settings
  saving: ReturnType<typeof useSave>
  onClose: () => void
}

/** The hours of a day, as they are or as they were drawn: for this date, or for its weekday in every week. By keyboard alone. */
export function DayDialog({ editing: { date, hours: drawn }, settings, saving, onClose }: Props) {
  const t = useT()
  const format = useFormat()
  const text = useProblemText()
  const weekday = weekdays[weekdayOf(date)] ?? 'mon'
  const [scope, setScope] = useState<Scope>('date')
  const [lines, setLines] = useState<Hours[]>(() => linesOf(drawn ?? hoursOn(settings, date)))
  const [problem, setProblem] = useState<ApiProblem>()
  const [isPending, setPending] = useState(false)
  const weekly = weeklyOf(settings, date)
  const isWeekly = isAlike(merged(lines.map(toWire).map(stretchOf)), weekly)
  const isLeave = settings.leaves?.some((leave) => leave.from_date <= date && date <= leave.to_date)
  const next = withHours(settings, date, lines, scope)
  const save = async () => {
    setPending(true)
    try {
      await saving.offer(next, crypto.randomUUID())
      onClose()
    } catch (error) {
      setProblem(asProblem(error))
    } finally {
      setPending(false)
    }
  }
  const mistake = (line: number, part: string) => {
    const pointer = `${pointerOf(next, date, line, lines.length, scope)}/${part}`
    return problem?.errors.find((error) => error.pointer === pointer)?.detail
  }
  return (
    <Dialog
      title={t('schedule.edit.title', { weekday: t(`schedule.day.${weekday}`), date: format.civilDay(date) })} isOpen onClose={onClose}
      actions={(
        <>
          <Button variant="primary" isPending={isPending} onPress={() => { void save() }}>{t('schedule.save')}</Button>
          <Button onPress={onClose}>{t('schedule.cancel')}</Button>
        </>
      )}
    >
      <Stack>
        {problem && <Banner tone="danger" announce>{text(problem)}</Banner>}
        {isLeave && <Muted small>{t('schedule.edit.leave')}</Muted>}
        <Stack gap={2}>
          {lines.length === 0 && <Muted>{t('schedule.closed')}</Muted>}
          <HoursLines name={format.civilDate(date)} value={lines} onChange={setLines} fieldAt={(line, part) => ({ error: mistake(line, part) })} />
          <Row>
            <Button variant="quiet" isDisabled={lines.length === 0} onPress={() => { setLines([]) }}>{t('schedule.edit.close')}</Button>
            <Button variant="quiet" isDisabled={isWeekly} onPress={() => { setLines(linesOf(weekly)) }}>{t('schedule.edit.weekly')}</Button>
          </Row>
        </Stack>
        <RadioGroup
          label={t('schedule.scope')} value={scope} onChange={setScope}
          options={[
            { id: 'date', label: t('schedule.scope.date', { date: format.civilDay(date) }) },
            { id: 'weekly', label: t(`schedule.scope.${weekday}`), hint: t('schedule.scope.hint') },
          ]}
        />
      </Stack>
    </Dialog>
  )
}
