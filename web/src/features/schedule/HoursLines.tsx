import { useT } from '~/i18n'
import { Button, IconButton, Row, Stack, TimeField, Within } from '~/ui'
import styles from './schedule.module.css'
import type { Hours } from './week'

interface Props {
  /** Whose hours: said before each field's name. */
  name: string
  value: readonly Hours[]
  onChange: (value: Hours[]) => void
  /** Where each time lies in the form, and what is wrong with it. */
  fieldAt: (line: number, part: 'start' | 'end') => { name?: string; error: string | undefined }
}

/** Stretches of open time, each with beginning and end; by keyboard alone. */
export function HoursLines({ name, value, onChange, fieldAt }: Props) {
  const t = useT()
  const change = (line: number, part: Partial<Hours>) => { onChange(value.map((hours, i) => (i === line ? { ...hours, ...part } : hours))) }
  const add = () => {
    const last = value.at(-1)
    onChange([...value, last === undefined ? { start: '09:00', end: '18:00' } : { start: last.end, end: last.end < '22:00' ? `${String(Number(last.end.slice(0, 2)) + 2).padStart(2, '0')}:00` : '00:00' }])
  }
  return (
    <Within name={name}>
      <Stack gap={2}>
        {value.map((hours, line) => (
          <div key={line} className={styles.line}>
            <TimeField label={t('schedule.hours.from')} value={hours.start} onChange={(start) => { if (start !== null) change(line, { start }) }} {...fieldAt(line, 'start')} />
            <TimeField label={t('schedule.hours.to')} value={hours.end} onChange={(end) => { if (end !== null) change(line, { end }) }} {...fieldAt(line, 'end')} hint={hours.end <= hours.start && hours.end !== '00:00' ? t('schedule.hours.nextDay') : undefined} />
            <IconButton icon="trash" label={t('schedule.hours.remove', { name, start: hours.start, end: hours.end })} onPress={() => { onChange(value.filter((_, i) => i !== line)) }} />
          </div>
        ))}
        <Row><Button variant="quiet" icon="plus" aria-label={t('schedule.hours.addTo', { name })} onPress={add}>{t('schedule.hours.add')}</Button></Row>
      </Stack>
    </Within>
  )
}
