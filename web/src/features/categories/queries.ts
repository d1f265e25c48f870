import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { api, data, type components, type Person } from '~/api'

export type Category = components['schemas']['CatalogueCategory']
export type Catalogue = components['schemas']['CatalogueCategories']
export type Consent = components['schemas']['CategoryConsent']
export type Topic = components['schemas']['CategoryTopic']

const key = ['catalogue'] as const

export const catalogueQuery = queryOptions({ queryKey: key, queryFn: () => data(api.GET('/api/operator/categories')) })

/** Everybody of the staff reads the catalogue; these change it (docs/policy.md, ManageCatalogue). */
export const mayManage = (person: Person): boolean => person.capabilities.some((capability) => capability === 'catalogue' || capability === 'admin')

/** Puts a changed (or new) category into what is on the screen: every command answers with the whole of it. */
export function usePutCategory(): (category: Category) => void {
  const queryClient = useQueryClient()
  return (category) => {
    queryClient.setQueryData(catalogueQuery.queryKey, (all) => all && { ...all, categories: [...all.categories.filter((one) => one.id !== category.id), category].sort(inOrder) })
    void queryClient.invalidateQueries({ queryKey: key })
  }
}

/** As the server orders them. */
const inOrder = (a: Category, b: Category): number => a.position - b.position || (a.slug < b.slug ? -1 : 1)
