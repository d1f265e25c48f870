import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, data, type components } from '~/api'

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

/** To when an appointment can be moved. */
export const otherTimesQuery = ({ id }: Appointment) => queryOptions({
  queryKey: ['booking', 'times', id],
  queryFn: () => data(api.GET('/api/appointments/{id}/times', { params: { path: { id } } })),
  staleTime: 0,
})
