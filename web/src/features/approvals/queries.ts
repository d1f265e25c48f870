import { api, data, type components } from '~/api'
import { proven } from '~/api/proven'

/** The least characters of a reason, as the server has it: a word is none. */
export const REASON_MIN = 10

export type Approval = components['schemas']['ApprovalView']

/** The address behind a safety report. The person sees that it was opened. */
export const readContact = (report: string) => proven(() => data(api.GET('/api/safety-reports/{id}/contact', { params: { path: { id: report } } })))

/** The log as a file. */
export const readExport = (id: string) =>
  proven(async () => await data(api.GET('/api/audit/exports/{id}/file', { params: { path: { id } }, parseAs: 'blob' })))
