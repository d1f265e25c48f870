// Fetching a pass, entering with it, renewing by it. What proves that somebody may have one travels without cookies: whoever is signed in would show
// whose it is.
import { api, ApiProblem, asProblem, data, type components } from '~/api'
import { deviceZone } from '../commands'

export type PassProof = components['schemas']['PassProof']
export type PassOffer = components['schemas']['PassOffer']
export type PassKey = components['schemas']['PassKey']

export const readKey = (company: string): Promise<PassKey> =>
  data(api.GET('/api/auth/pass/keys/{company}', { params: { path: { company } }, credentials: 'omit' }))

export const sign = (proof: PassProof, fingerprint: string, blinded: string): Promise<{ signature: string }> =>
  data(api.POST('/api/auth/pass/sign', { body: { proof, fingerprint, blinded }, credentials: 'omit' }))

/** What a pass is good for. */
export const lookAtPass = (pass: string) => aboutPass(data(api.POST('/api/auth/pass', { body: { pass }, credentials: 'omit' })))

export const enterWithPass = (pass: string, name: string) =>
  aboutPass(data(api.POST('/api/auth/pass/enter', { body: { pass, display_name: name, time_zone: deviceZone() } })))

export const renewWithPass = (pass: string) => aboutPass(data(api.POST('/api/me/pass', { body: { pass } })))

const ofPass: ReadonlySet<string> = new Set(['company_not_covered', 'passes_off', 'not_by_pass'])

/** What is said of a pass by a code alone stands at the field with it. */
function aboutPass<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    const problem = asProblem(error)
    if (!ofPass.has(problem.code) || problem.detail === undefined) throw problem
    throw new ApiProblem(problem.status, problem.code, undefined, [{ pointer: '/pass', code: problem.code, detail: problem.detail }], problem.body)
  })
}
