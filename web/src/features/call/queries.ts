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

/** The other person of the consultation. */
export const otherQuery = (appointment: string, party: string) =>
  queryOptions({
    queryKey: ['call', appointment, 'other', party],
    queryFn: async () => {
      const { client, specialist } = await data(api.GET('/api/appointments/{id}', { params: { path: { id: appointment } } }))
      return party === 'specialist' ? (client?.id ?? null) : specialist.id
    },
    staleTime: Infinity,
  })
