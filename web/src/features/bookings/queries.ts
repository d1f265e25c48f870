import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, data, recorded, type components } from '~/api'
import { addDays, instantOf } from '~/i18n/format'

export type Booking = components['schemas']['AppointmentView']
export type Alternative = components['schemas']['Alternative']

export const statuses = ['booked', 'held', 'completed', 'canceled'] as const
export type Status = (typeof statuses)[number]

/** What is looked for. Dates are of the reader's calendar. */
export interface Search {
  specialist?: string
  status?: Status
  from?: string
  to?: string
  /** Under which name the person came: never in the page's address. */
  name?: string
}

export const isEmpty = ({ specialist, from, to, name }: Search): boolean => [specialist, from, to, name].every((part) => part === undefined)

export const bookingsQuery = ({ specialist, status, from, to, name }: Search, zone: string) => infiniteQueryOptions({
  queryKey: ['desk', 'bookings', { specialist, status, from, to, name }, zone],
  queryFn: ({ pageParam }) => {
    // One day stands for itself.
    return data(api.POST('/api/operator/appointments/search', { body: {
      limit: 50,
      ...(specialist !== undefined && { specialist_name: specialist }),
      ...(name !== undefined && { name }),
      ...(status !== undefined && { status }),
      ...(from !== undefined && { from: instantOf(from, zone) }),
      ...(to !== undefined && { to: instantOf(addDays(to, 1), zone) }),
      ...(pageParam !== '' && { after: pageParam }),
    } }))
  },
  initialPageParam: '',
  getNextPageParam: (page) => page.next ?? undefined,
  ...recorded,
})

export const bookingQuery = (id: string) => queryOptions({
  queryKey: ['desk', 'booking', id],
  queryFn: async () => (await data(api.POST('/api/operator/appointments/search', { body: { id } }))).items[0] ?? null,
  ...recorded,
})

/** To when a booking can be moved. */
export const timesQuery = ({ id }: Booking) => queryOptions({
  queryKey: ['desk', 'times', id],
  queryFn: () => data(api.GET('/api/operator/appointments/{id}/times', { params: { path: { id } } })),
  staleTime: 0,
})
