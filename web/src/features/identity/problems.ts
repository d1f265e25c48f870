// The server names some refusals by a code alone, where the person sees one field they are about: those are shown at that field.
import { ApiProblem, asProblem } from '~/api'

const ofCompanyCode: ReadonlySet<string> = new Set(['access_code_unknown', 'access_code_expired', 'access_code_used_up', 'company_not_covered'])
const ofMailedCode: ReadonlySet<string> = new Set(['code_expired'])

/** The same problem, pointing at `/code` where it is about the code that was typed. Others come back as they were. */
function atCode(codes: ReadonlySet<string>, error: unknown): ApiProblem {
  const problem = asProblem(error)
  if (!codes.has(problem.code) || problem.detail === undefined) return problem
  return new ApiProblem(problem.status, problem.code, undefined, [{ pointer: '/code', code: problem.code, detail: problem.detail }], problem.body)
}

/** Awaits an answer about a company's access code. */
export const aboutCompanyCode = <T>(answer: Promise<T>): Promise<T> => answer.catch((error: unknown) => { throw atCode(ofCompanyCode, error) })

/** Awaits an answer about a code that came by mail. */
export const aboutMailedCode = <T>(answer: Promise<T>): Promise<T> => answer.catch((error: unknown) => { throw atCode(ofMailedCode, error) })
