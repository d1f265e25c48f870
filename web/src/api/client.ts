// The one door to the server. Paths and bodies are typed by api/openapi.json (`npm run gen:api`).
import createClient from 'openapi-fetch'
import { problemOf } from './problem'
import { askForProof, PROOF_NEEDED } from './proof'
import { headersOfAll } from './read'
import type { paths } from './schema.gen'

/** `api.GET('/api/…')`, `api.POST('/api/…', { body })`; a failed answer is thrown as ApiProblem. Take the body by `data(…)`. */
export const api = createClient<paths>({ baseUrl: typeof location === 'undefined' ? '' : location.origin })

/** Commands on their way, as they may have to be sent once more: a body can be read only once. */
const spare = new WeakMap<Request, Request>()

api.use({
  onRequest({ request }) {
    for (const [name, value] of Object.entries(headersOfAll())) request.headers.set(name, value)
    if (request.method !== 'GET') spare.set(request, request.clone())
    return request
  },
  async onResponse({ request, response }) {
    if (response.ok) return response
    const problem = await problemOf(response)
    const again = spare.get(request)
    // Reading in the background must not put questions; who acts is there to answer them.
    if (problem.code !== PROOF_NEEDED || !again || !(await askForProof())) throw problem
    const second = await fetch(again)
    if (!second.ok) throw await problemOf(second)
    return second
  },
})

/** Body of a successful answer: `const me = await data(api.GET('/api/me'))`. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  // Failed answers were thrown by the middleware, so what is left is the success (204 has no body, and T is then undefined).
  return (await answer).data as T
}
