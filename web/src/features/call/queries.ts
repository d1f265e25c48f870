import { queryOptions } from '@tanstack/react-query'
import { api, data } from '~/api'

export const callQuery = (id: string) =>
  queryOptions({
    queryKey: ['call', id],
    queryFn: () => data(api.GET('/api/calls/{appointment_id}', { params: { path: { appointment_id: id } } })),
    staleTime: 0,
    // Presence fades without an event when a device dies: looked at again while the page is open.
    refetchInterval: 30_000,
  })

/** Who the two are, and what became of the consultation: that is decided within a minute of its end. */
export const appointmentQuery = (id: string) =>
  queryOptions({
    queryKey: ['call', id, 'appointment'],
    queryFn: () => data(api.GET('/api/appointments/{id}', { params: { path: { id } } })),
  })

/** The other person of the consultation. */
export const otherQuery = (id: string, party: string) =>
  queryOptions({
    ...appointmentQuery(id),
    staleTime: Infinity,
    select: ({ client, specialist }) => (party === 'specialist' ? (client?.id ?? null) : specialist.id),
  })
