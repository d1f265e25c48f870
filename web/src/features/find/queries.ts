import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, data, type components } from '~/api'
import { nowMs } from '~/i18n/clock'
import type { FindSearch } from './search'

type Schemas = components['schemas']
export type Categories = Schemas['CategoryList']
export type Category = Schemas['CategoryView']
export type Found = Schemas['FoundView']
export type Held = Schemas['AppointmentView']
export type Specialist = Schemas['SpecialistCard']
export type Alternative = Schemas['Alternative']
/** A time that somebody wants. */
export type Wish = Schemas['HoldRequest']

export const findQuery = (category: string, search: FindSearch) => infiniteQueryOptions({
  queryKey: ['booking', 'find', category, search],
  queryFn: ({ pageParam }) => data(api.POST('/api/find', {
    body: {
      category_id: category,
      ...(search.topics && { topics: [...search.topics] }),
      ...(search.language && { language: search.language }),
      ...(search.format && { format: search.format }),
      ...(search.gender && { gender: search.gender }),
      ...(search.time && { time_of_day: search.time }),
      ...(search.kept && { favourites: true }),
      ...(pageParam !== '' && { after: pageParam }),
    },
  })),
  initialPageParam: '',
  getNextPageParam: (page) => page.next ?? undefined,
  placeholderData: keepPreviousData,
})

export const specialistQuery = (id: string) => queryOptions({
  queryKey: ['booking', 'specialist', id],
  queryFn: () => data(api.GET('/api/specialists/{id}', { params: { path: { id } } })),
})

/** How far ahead times are asked for. */
const AHEAD_MS = 30 * 24 * 3_600_000
const wholeSeconds = (ms: number) => new Date(Math.floor(ms / 1000) * 1000).toISOString()

export const slotsQuery = (id: string, category: string, length: number) => queryOptions({
  queryKey: ['booking', 'slots', id, category, length],
  queryFn: () => {
    const now = nowMs()
    return data(api.GET('/api/specialists/{id}/slots', { params: { path: { id }, query: { category, length, from: wholeSeconds(now), to: wholeSeconds(now + AHEAD_MS) } } }))
  },
  staleTime: 0,
})
