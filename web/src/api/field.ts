// The server names some refusals by a code alone, where the person sees one field they are about: those are shown at that field.
import { ApiProblem, asProblem } from './problem'

/** The same problem, pointing at `pointer` where it is one of `codes`. Others come back as they were. */
export function atField(pointer: string, codes: ReadonlySet<string>, error: unknown): ApiProblem {
  const problem = asProblem(error)
  if (!codes.has(problem.code) || problem.detail === undefined) return problem
  return new ApiProblem(problem.status, problem.code, undefined, [{ pointer, code: problem.code, detail: problem.detail }], problem.body)
}

const ofInvited: ReadonlySet<string> = new Set(['already_member', 'already_invited'])

/** Awaits an invitation: that somebody is there or invited already is about the address. */
export const aboutInvited = <T>(answer: Promise<T>): Promise<T> => answer.catch((error: unknown) => { throw atField('/email', ofInvited, error) })
