import { useState } from 'react'
import { asProblem, type ApiProblem } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button, Dialog, RadioGroup, Stack, useProblemText } from '~/ui'
import { HoursLines } from './HoursLines'
import type { Settings } from './queries'
import type { useSave } from './save'
import { fromWire, toWire, weekOf, weekdayOf, weekdays, type Hours } from './week'

type Kind = 'weekly' | 'own' | 'closed'

/** The hours of one date: as every week, its own, or closed. */
export function DayDialog({ date, settings, saving, onClose }: { date: string; settings: Settings; saving: ReturnType<typeof useSave>; onClose: () => void }) {
  const t = useT()
  const format = useFormat()
  const text = useProblemText()
  const others = (settings.overrides ?? []).filter((entry) => entry.date !== date)
  const own = (settings.overrides ?? []).find((entry) => entry.date === date)
  const weekly = weekOf(settings.rules)[weekdays[weekdayOf(date)] ?? 'mon']
  const [kind, setKind] = useState<Kind>(own === undefined ? 'weekly' : own.intervals.length === 0 ? 'closed' : 'own')
  const [hours, setHours] = useState<Hours[]>(() => (own && own.intervals.length > 0 ? own.intervals.map(fromWire) : weekly.length > 0 ? weekly : [{ start: '10:00', end: '14:00' }]))
  const [problem, setProblem] = useState<ApiProblem>()
  const [isPending, setPending] = useState(false)
  const mine = kind === 'weekly' ? [] : [{ date, intervals: kind === 'own' ? hours.map(toWire) : [] }]
  const save = async () => {
    setPending(true)
    try {
      await saving.offer({ ...settings, overrides: [...others, ...mine] }, crypto.randomUUID())
      onClose()
    } catch (error) {
      setProblem(asProblem(error))
    } finally {
      setPending(false)
    }
  }
  const mistake = (line: number, part: string) => problem?.errors.find((error) => error.pointer === `/overrides/${String(others.length)}/intervals/${String(line)}/${part}`)?.detail
  return (
    <Dialog
      title={format.civilDate(date)} isOpen onClose={onClose}
      actions={<><Button variant="primary" isPending={isPending} onPress={() => { void save() }}>{t('schedule.save')}</Button><Button onPress={onClose}>{t('schedule.cancel')}</Button></>}
    >
      <Stack>
        {problem && <Banner tone="danger" announce>{text(problem)}</Banner>}
        <RadioGroup label={t('schedule.edit.kind')} value={kind} onChange={setKind} options={[{ id: 'weekly', label: t('schedule.edit.weekly') }, { id: 'own', label: t('schedule.edit.own') }, { id: 'closed', label: t('schedule.edit.closed') }]} />
        {kind === 'own' && <HoursLines name={format.civilDate(date)} value={hours} onChange={setHours} errorAt={mistake} />}
      </Stack>
    </Dialog>
  )
}
