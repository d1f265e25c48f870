// The one door to the server. Paths and bodies are typed by api/openapi.json (`npm run gen:api`).
import createClient from 'openapi-fetch'
import { problemOf } from './problem'
import { headersOfAll } from './read'
import type { paths } from './schema.gen'

/** `api.GET('/api/…')`, `api.POST('/api/…', { body })`; a failed answer is thrown as ApiProblem. Take the body by `data(…)`. */
export const api = createClient<paths>({ baseUrl: typeof location === 'undefined' ? '' : location.origin })

api.use({
  onRequest({ request }) {
    for (const [name, value] of Object.entries(headersOfAll())) request.headers.set(name, value)
    return request
  },
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response)
    return response
  },
})

/** Body of a successful answer: `const me = await data(api.GET('/api/me'))`. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  // Failed answers were thrown by the middleware, so what is left is the success (204 has no body, and T is then undefined).
  return (await answer).data as T
}
