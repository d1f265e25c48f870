import { queryOptions } from '@tanstack/react-query'
import { api, data, type components } from '~/api'

type Schemas = components['schemas']
export type Category = Schemas['CategoryView']
export type Question = Schemas['CategoryQuestion']
export type Intake = Schemas['Intake']
export type Answer = string | number | string[]

export const categoriesQuery = queryOptions({
  queryKey: ['booking', 'categories'],
  queryFn: () => data(api.GET('/api/categories')),
})

/** Sealed content: it is forgotten as soon as the screen is left. */
export const intakeQuery = (category: string) => queryOptions({
  queryKey: ['intake', category],
  queryFn: () => data(api.GET('/api/intake', { params: { query: { category } } })),
  gcTime: 0,
  staleTime: Infinity,
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
})
