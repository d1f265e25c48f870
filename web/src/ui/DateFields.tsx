import { parseDate, parseTime, type CalendarDate, type Time } from '@internationalized/date'
import { Button } from 'react-aria-components/Button'
import { Calendar, CalendarCell, CalendarGrid, CalendarGridBody, CalendarGridHeader, CalendarHeaderCell, CalendarHeading } from 'react-aria-components/Calendar'
import { DateInput, DateSegment } from 'react-aria-components/DateField'
import { DatePicker } from 'react-aria-components/DatePicker'
import { Dialog } from 'react-aria-components/Dialog'
import { Group } from 'react-aria-components/Group'
import { Popover } from 'react-aria-components/Popover'
import { TimeField as AriaTimeField } from 'react-aria-components/TimeField'
import { FieldHint, FieldLabel, FieldMistake, fieldStyles, type FieldProps } from './Field'
import { Icon } from './Icon'
import styles from './Dates.module.css'

const dateOf = (text: string | null | undefined): CalendarDate | null => (text ? parseDate(text) : null)
const timeOf = (text: string | null | undefined): Time | null => (text ? parseTime(text) : null)

export interface DateFieldProps extends FieldProps {
  /** `YYYY-MM-DD`: a day of the calendar, in no zone. */
  value?: string | null
  onChange?: (value: string | null) => void
  min?: string
  max?: string
  isDisabled?: boolean
  isUnavailable?: (date: string) => boolean
}

/** Typed part by part, or chosen in a calendar. */
export function DateField({ label, hint, optional, error, value, onChange, min, max, isUnavailable, ...props }: DateFieldProps) {
  return (
    <DatePicker
      {...props} value={dateOf(value)} onChange={(date) => onChange?.(date?.toString() ?? null)} minValue={dateOf(min)} maxValue={dateOf(max)}
      isDateUnavailable={isUnavailable && ((date) => isUnavailable(date.toString()))}
      className={fieldStyles.field} isInvalid={error !== undefined} validationBehavior="aria" data-field={props.name} shouldForceLeadingZeros
    >
      <FieldLabel label={label} optional={optional} />
      {hint !== undefined && <FieldHint>{hint}</FieldHint>}
      <FieldMistake error={error} />
      <Group className={fieldStyles.group}>
        <DateInput className={styles.input}>{(segment) => <DateSegment segment={segment} className={fieldStyles.segment} />}</DateInput>
        <Button className={fieldStyles.inner}><Icon name="calendar" size={20} /></Button>
      </Group>
      <Popover className={styles.popover}>
        <Dialog className={styles.dialog}><Month /></Dialog>
      </Popover>
    </DatePicker>
  )
}

const Month = () => (
  <Calendar className={styles.calendar}>
    <header className={styles.header}>
      <Button slot="previous" className={fieldStyles.inner}><Icon name="back" size={20} /></Button>
      <CalendarHeading className={styles.heading} />
      <Button slot="next" className={fieldStyles.inner}><Icon name="forward" size={20} /></Button>
    </header>
    <CalendarGrid className={styles.grid} weekdayStyle="short">
      <CalendarGridHeader>{(day) => <CalendarHeaderCell className={styles.weekday}>{day}</CalendarHeaderCell>}</CalendarGridHeader>
      <CalendarGridBody>{(date) => <CalendarCell date={date} className={styles.cell} />}</CalendarGridBody>
    </CalendarGrid>
  </Calendar>
)

export interface DayCalendarProps {
  label: string
  value?: string | null
  onChange?: (value: string) => void
  min?: string
  max?: string
  isUnavailable?: (date: string) => boolean
}

/** The calendar alone, on the page: days with free times. */
export const DayCalendar = ({ label, value, onChange, min, max, isUnavailable }: DayCalendarProps) => (
  <Calendar aria-label={label} className={styles.calendar} value={dateOf(value)} onChange={(date) => { onChange?.(date.toString()) }} minValue={dateOf(min)} maxValue={dateOf(max)} isDateUnavailable={isUnavailable && ((date) => isUnavailable(date.toString()))}>
    <header className={styles.header}>
      <Button slot="previous" className={fieldStyles.inner}><Icon name="back" size={20} /></Button>
      <CalendarHeading className={styles.heading} />
      <Button slot="next" className={fieldStyles.inner}><Icon name="forward" size={20} /></Button>
    </header>
    <CalendarGrid className={styles.grid} weekdayStyle="short">
      <CalendarGridHeader>{(day) => <CalendarHeaderCell className={styles.weekday}>{day}</CalendarHeaderCell>}</CalendarGridHeader>
      <CalendarGridBody>{(date) => <CalendarCell date={date} className={styles.cell} />}</CalendarGridBody>
    </CalendarGrid>
  </Calendar>
)

export interface TimeFieldProps extends FieldProps {
  /** `HH:MM` of a wall clock. */
  value?: string | null
  onChange?: (value: string | null) => void
  isDisabled?: boolean
}

export function TimeField({ label, hint, optional, error, value, onChange, ...props }: TimeFieldProps) {
  return (
    <AriaTimeField {...props} value={timeOf(value)} onChange={(time) => onChange?.(time?.toString().slice(0, 5) ?? null)} hourCycle={24} shouldForceLeadingZeros className={fieldStyles.field} isInvalid={error !== undefined} validationBehavior="aria" data-field={props.name}>
      <FieldLabel label={label} optional={optional} />
      {hint !== undefined && <FieldHint>{hint}</FieldHint>}
      <FieldMistake error={error} />
      <DateInput className={`${fieldStyles.group ?? ''} ${styles.time ?? ''}`}>{(segment) => <DateSegment segment={segment} className={fieldStyles.segment} />}</DateInput>
    </AriaTimeField>
  )
}
