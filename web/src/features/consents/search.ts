import { safeNext } from '~/api/me'

/** Where one goes on to after the decision; absent for who only looks the consents up. */
export interface ConsentsSearch {
  next?: string
}

export function consentsSearch(raw: Record<string, unknown>): ConsentsSearch {
  const next = safeNext(raw['next'])
  return next === undefined ? {} : { next }
}
