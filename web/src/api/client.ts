// The one door to the server. Paths and bodies are typed by api/openapi.json (`npm run gen:api`).
import createClient from 'openapi-fetch'
import { activeLang } from '~/i18n'
import { problemOf } from './problem'
import type { paths } from './schema.gen'

/** Headers of every request; the CSRF mark is one no foreign form can set. */
export const headersOfAll = (): Record<string, string> => ({ 'X-Ponimau-CSRF': '1', 'Accept-Language': activeLang() })

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

/** For the shell's own few reads, which must not wait for the schema. */
export async function read<T>(path: string): Promise<T> {
  const response = await fetch(path, { headers: headersOfAll(), credentials: 'same-origin' })
  if (!response.ok) throw await problemOf(response)
  return (await response.json()) as T
}
