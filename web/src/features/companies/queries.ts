import { infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query'
import { api, data, type components } from '~/api'

export type Company = components['schemas']['CompanyDetails']
export type CompanyLine = components['schemas']['CompanyLine']
export type OwnCompany = components['schemas']['OwnCompany']
export type Contract = components['schemas']['CompanyContract']
export type CodeBatch = components['schemas']['CodeBatch']
export type MadeCodes = components['schemas']['MadeCodes']
export type Scim = components['schemas']['ScimView']
export type ScimToken = components['schemas']['ScimToken']
export type RosterReport = components['schemas']['RosterReport']
export type RosterMode = 'add' | 'remove' | 'replace'

/** What the list is narrowed by; the address of the page carries it. */
export interface Search {
  name?: string
  archived?: true
}

/** Only what is really looked for. */
export function searchOf(raw: Record<string, unknown>): Search {
  const name = typeof raw['name'] === 'string' ? raw['name'].trim() : ''
  return { ...(name !== '' && { name }), ...(raw['archived'] === true && { archived: true }) }
}

export const companiesQuery = (search: Search) =>
  infiniteQueryOptions({
    queryKey: ['companies', 'list', search],
    queryFn: ({ pageParam }) => data(api.GET('/api/operator/companies', { params: { query: { ...search, limit: 50, after: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (page.has_more ? page.companies.at(-1)?.id : undefined),
  })

export const companyQuery = (id: string) =>
  queryOptions({
    queryKey: ['companies', 'one', id],
    queryFn: () => data(api.GET('/api/operator/companies/{id}', { params: { path: { id } } })),
  })

export const hrQuery = (id: string) =>
  queryOptions({
    queryKey: ['companies', 'hr', id],
    queryFn: () => data(api.GET('/api/operator/companies/{id}/hr', { params: { path: { id } } })),
  })

export const scimQuery = (id: string) =>
  queryOptions({
    queryKey: ['companies', 'scim', id],
    queryFn: () => data(api.GET('/api/operator/companies/{id}/scim', { params: { path: { id } } })),
  })

/** The company for which one keeps the roster. */
export const ownCompanyQuery = queryOptions({ queryKey: ['companies', 'own'], queryFn: () => data(api.GET('/api/company')) })

/** Directions a contract may cover, in the operator's order. */
export const categoriesQuery = queryOptions({
  queryKey: ['companies', 'categories'],
  queryFn: () => data(api.GET('/api/operator/categories')),
})

/** After any change all that is known about companies is asked anew: names stand in the list, contracts decide what codes are worth. */
export function useCompaniesChanged(): () => Promise<void> {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: ['companies'] })
}
