// By which addresses the roster and codes of a company are kept: the operator's, about any company, or those of its own HR, whose company follows from
// who asks.
import { queryOptions } from '@tanstack/react-query'
import { api, data, idempotent, type components } from '~/api'
import type { CodeBatch, Company, RosterMode } from './queries'

type Codes = components['schemas']['CodeBatches']
type NewCodes = components['schemas']['NewCodes']
type Revocation = components['schemas']['CodeRevocation']

/** What both know of a company whose roster and codes they keep. */
export type Kept = Pick<Company, 'id' | 'name' | 'is_archived' | 'contracts' | 'roster_size' | 'passes'>

/** HR is told no figures, and makes codes for many only. */
export const isHr = (company: Kept): boolean => 'has_directory' in company

const formOf = (file: File) => {
  const form = new FormData()
  form.append('file', file)
  // The description of the API calls a file's content a string.
  return { body: form as unknown as { file: string }, bodySerializer: (body: unknown) => body as FormData }
}

export const codesQuery = (company: Kept) =>
  queryOptions<Codes>({
    queryKey: ['companies', 'codes', company.id],
    queryFn: () => data(isHr(company) ? api.GET('/api/company/codes') : api.GET('/api/operator/companies/{id}/codes', { params: { path: { id: company.id } } })),
  })

export const makeCodes = (company: Kept, body: NewCodes, key: string) =>
  data(isHr(company)
    ? api.POST('/api/company/codes', { body, headers: idempotent(key) })
    : api.POST('/api/operator/companies/{id}/codes', { params: { path: { id: company.id } }, body, headers: idempotent(key) }))

export const revokeCodes = (company: Kept, batch: CodeBatch, body: Revocation, key: string) => {
  const asked = { params: { path: { id: batch.id } }, body, headers: idempotent(key) }
  return data(isHr(company) ? api.POST('/api/company/codes/{id}/revoke', asked) : api.POST('/api/operator/codes/{id}/revoke', asked))
}

/** What a file would do. */
export const previewRoster = (company: Kept, mode: RosterMode, file: File) =>
  data(isHr(company)
    ? api.POST('/api/company/roster/preview', { params: { query: { mode } }, ...formOf(file) })
    : api.POST('/api/operator/companies/{id}/roster/preview', { params: { path: { id: company.id }, query: { mode } }, ...formOf(file) }))

/** Does what a file says. */
export const applyRoster = (company: Kept, mode: RosterMode, file: File, plan: string, key: string) =>
  data(isHr(company)
    ? api.POST('/api/company/roster', { params: { query: { mode, plan } }, ...formOf(file), headers: idempotent(key) })
    : api.POST('/api/operator/companies/{id}/roster', { params: { path: { id: company.id }, query: { mode, plan } }, ...formOf(file), headers: idempotent(key) }))
