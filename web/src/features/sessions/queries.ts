import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, data, type components } from '~/api'
import { nowMs } from '~/i18n/clock'

type Schemas = components['schemas']
export type Appointment = Schemas['AppointmentView']
export type Alternative = Schemas['Alternative']
export type Waiting = Schemas['WaitingView']

export const appointmentsQuery = (when: 'upcoming' | 'past') => infiniteQueryOptions({
  queryKey: ['booking', 'appointments', when],
  queryFn: ({ pageParam }) => data(api.GET('/api/appointments', { params: { query: { when, ...(pageParam !== '' && { after: pageParam }) } } })),
  initialPageParam: '',
  getNextPageParam: (page) => page.next ?? undefined,
})

export const appointmentQuery = (id: string) => queryOptions({
  queryKey: ['booking', 'appointment', id],
  queryFn: () => data(api.GET('/api/appointments/{id}', { params: { path: { id } } })),
})

export const waitingQuery = queryOptions({ queryKey: ['booking', 'waiting'], queryFn: () => data(api.GET('/api/waiting')) })

/** How far ahead times are asked for. */
const AHEAD_MS = 30 * 24 * 3_600_000
const wholeSeconds = (ms: number) => new Date(Math.floor(ms / 1000) * 1000).toISOString()

/** When the specialist of an appointment is free for another one like it. */
export const otherTimesQuery = ({ specialist, category, length_min }: Appointment) => queryOptions({
  queryKey: ['booking', 'slots', specialist.id, category.id, length_min],
  queryFn: () => {
    const now = nowMs()
    return data(api.GET('/api/specialists/{id}/slots', { params: { path: { id: specialist.id }, query: { category: category.id, length: length_min, from: wholeSeconds(now), to: wholeSeconds(now + AHEAD_MS) } } }))
  },
  staleTime: 0,
})
