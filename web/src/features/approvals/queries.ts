import { api, data, type components } from '~/api'
import { proven } from '~/api/proven'

export type Approval = components['schemas']['ApprovalView']

/** The address behind a safety report. The person sees that it was opened. */
export const readContact = (report: string) => proven(() => data(api.GET('/api/safety-reports/{id}/contact', { params: { path: { id: report } } })))

/** The log as a file. */
export const readExport = (id: string) =>
  proven(async () => await data(api.GET('/api/audit/exports/{id}/file', { params: { path: { id } }, parseAs: 'blob' })))
