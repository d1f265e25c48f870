// RFC 9457 problem details, as the server sends them: `code` is stable, `detail` is in the person's language, `errors` point at fields.
export interface FieldProblem {
  /** JSON pointer into the request's body, e.g. `#/contact/email` or `/contact/email`. */
  pointer: string
  code?: string
  detail: string
}

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  constructor(
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
    /** Stable name of the error; `offline` and `unexpected` are ours. */
    readonly code: string,
    /** Text for the person; absent when the server gave none. */
    readonly detail?: string,
    readonly errors: readonly FieldProblem[] = [],
    /** The whole body, for members particular to one `code` (e.g. alternatives to a taken time). */
    readonly body: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${String(status)} ${code}`)
  }

  /** Seconds to wait, when the server said so (429, 503). */
  get retryAfterS(): number | undefined {
    return typeof this.body['retry_after'] === 'number' ? this.body['retry_after'] : undefined
  }
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v)
const text = (v: unknown): string | undefined => (typeof v === 'string' && v !== '' ? v : undefined)

/** Reads a failed answer whatever its body is. */
export function problemFrom(status: number, body: unknown): ApiProblem {
  if (!isObject(body)) return new ApiProblem(status, status >= 500 ? 'unavailable' : 'unexpected')
  const errors = Array.isArray(body['errors']) ? body['errors'] : []
  const fields = errors.filter(isObject).flatMap((e): FieldProblem[] => {
    const [pointer, detail, code] = [text(e['pointer']), text(e['detail']) ?? text(e['title']), text(e['code'])]
    return pointer !== undefined && detail !== undefined ? [{ pointer, detail, ...(code !== undefined && { code }) }] : []
  })
  return new ApiProblem(status, text(body['code']) ?? 'unexpected', text(body['detail']) ?? text(body['title']), fields, body)
}

export async function problemOf(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => undefined)
  const after = Number(response.headers.get('Retry-After'))
  const whole = after > 0 && isObject(body) ? { ...body, retry_after: after } : body
  return problemFrom(response.status, whole)
}

/** Anything thrown → a problem; a failed fetch means that no answer came. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  if (error instanceof TypeError) return new ApiProblem(0, 'offline')
  return new ApiProblem(0, 'unexpected')
}

/** Whether a question that failed is worth asking again by itself: after silence and overload, not after a refusal, nor where the server has itself waited for Keycloak. */
export function isPassing(error: unknown): boolean {
  const { status, code } = asProblem(error)
  return (status === 0 || status >= 502) && code !== 'sign_in_unavailable' && code !== 'ways_unavailable'
}
