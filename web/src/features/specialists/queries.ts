import { infiniteQueryOptions, keepPreviousData, queryOptions, useQueryClient } from '@tanstack/react-query'
import { api, data, recordedOnce, type components } from '~/api'
import type { SpecialistsSearch } from './search'

type Schemas = components['schemas']
export type Line = Schemas['SpecialistLine']
export type Card = Schemas['CardDetails']
export type Education = Schemas['CardEducation']
export type Invitation = Schemas['SentInvitation']

export const specialistsQuery = ({ state, name }: Pick<SpecialistsSearch, 'state' | 'name'>) => infiniteQueryOptions({
  queryKey: ['specialists', 'list', state, name],
  queryFn: ({ pageParam }) => data(api.GET('/api/operator/specialists', {
    params: { query: { limit: 50, ...(state && { state }), ...(name && { name }), ...(pageParam !== undefined && { after: pageParam }) } },
  })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => (page.has_more ? page.specialists.at(-1)?.id : undefined),
  placeholderData: keepPreviousData,
})

export const invitationsQuery = queryOptions({ queryKey: ['specialists', 'invitations'], queryFn: () => data(api.GET('/api/specialist-invitations')) })

export const categoriesQuery = queryOptions({ queryKey: ['specialists', 'categories'], queryFn: () => data(api.GET('/api/operator/categories')) })

export const cardQuery = (id: string) => queryOptions({
  queryKey: ['specialist-card', id],
  queryFn: () => data(api.GET('/api/operator/specialists/{id}', { params: { path: { id } } })),
  ...recordedOnce,
})

/** Commands answer with the whole card: nothing is asked, and recorded, once more. */
export function useTakeCard(): (card: Card) => void {
  const queryClient = useQueryClient()
  return (card) => {
    queryClient.setQueryData(cardQuery(card.id).queryKey, card)
    void queryClient.invalidateQueries({ queryKey: ['specialists', 'list'] })
  }
}
