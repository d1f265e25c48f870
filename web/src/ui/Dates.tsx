// Days and times of a wall clock. What they are drawn with is in DateFields, fetched when first needed.
import type { DateFieldProps, DayCalendarProps, TimeFieldProps } from './DateFields'
import { lazyField } from './lazy-field'

export type { DateFieldProps, DayCalendarProps, TimeFieldProps }

/** A day `YYYY-MM-DD`, typed part by part or chosen in a calendar. */
export const DateField = lazyField<DateFieldProps>(async () => (await import('./DateFields')).DateField)
/** A time `HH:MM`. */
export const TimeField = lazyField<TimeFieldProps>(async () => (await import('./DateFields')).TimeField)
/** The calendar alone, on the page: days with free times. */
export const DayCalendar = lazyField<DayCalendarProps>(async () => (await import('./DateFields')).DayCalendar, 'month')
