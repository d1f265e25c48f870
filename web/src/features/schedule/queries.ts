import { queryOptions } from '@tanstack/react-query'
import { api, data, type components } from '~/api'

export type Settings = components['schemas']['ScheduleSettings']
export type Change = components['schemas']['ScheduleChange']
export type Touched = components['schemas']['TouchedBooking']
export type CalendarDay = components['schemas']['CalendarDay']
export type Booking = components['schemas']['CalendarBooking']
export type CalendarView = components['schemas']['CalendarView']

/** Everything about one's own time: stale together. */
export const scheduleKey = ['schedule'] as const

export const settingsQuery = queryOptions({
  queryKey: ['schedule', 'settings'],
  queryFn: () => data(api.GET('/api/schedule')),
})

export const calendarQuery = (from: string, to: string) =>
  queryOptions({
    queryKey: ['schedule', 'calendar', from, to],
    queryFn: () => data(api.GET('/api/schedule/calendar', { params: { query: { from, to } } })),
  })

/** The specialist's own card, under the key by which its page keeps it: the day tells what it still lacks. */
export const cardQuery = queryOptions({ queryKey: ['card', 'own'], queryFn: () => data(api.GET('/api/card')) })

export const calendarsQuery = queryOptions({
  queryKey: ['schedule', 'calendars'],
  queryFn: () => data(api.GET('/api/schedule/calendars')),
})
