import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { api, data, meQuery, type components } from '~/api'

type Schemas = components['schemas']
export type Card = Schemas['CardDetails']
/** What is absent stays; null clears. */
export type CardChange = Partial<Schemas['CardChange']>
export type Choice = Schemas['CardChoice']
export type Education = Schemas['CardEducation']
export type Preview = Schemas['CardPreview']
export type Texts = Required<Schemas['Texts']>

export const cardQuery = queryOptions({ queryKey: ['card', 'own'], queryFn: () => data(api.GET('/api/card')) })

export const previewQuery = queryOptions({ queryKey: ['card', 'preview'], queryFn: () => data(api.GET('/api/card/preview')) })

/** Every command answers with the whole card: it is taken as it is, and what people see of it is asked anew. */
export function useTakeCard(): (card: Card) => void {
  const queryClient = useQueryClient()
  return (card) => {
    queryClient.setQueryData(cardQuery.queryKey, card)
    void queryClient.invalidateQueries({ queryKey: previewQuery.queryKey })
    void queryClient.invalidateQueries({ queryKey: meQuery.queryKey })
  }
}
