// Refusals of codes, shown at the field of the code.
import { atField } from '~/api/field'

const ofCompanyCode: ReadonlySet<string> = new Set(['access_code_unknown', 'access_code_expired', 'access_code_used_up', 'company_not_covered'])
const ofMailedCode: ReadonlySet<string> = new Set(['code_expired'])

/** Awaits an answer about a company's access code. */
export const aboutCompanyCode = <T>(answer: Promise<T>): Promise<T> => answer.catch((error: unknown) => { throw atField('/code', ofCompanyCode, error) })

/** Awaits an answer about a code that came by mail. */
export const aboutMailedCode = <T>(answer: Promise<T>): Promise<T> => answer.catch((error: unknown) => { throw atField('/code', ofMailedCode, error) })
