import { safeNext } from '~/api/me'

/** For which category it is said, and where one returns; without `next` the search begins. */
export interface StartSearch {
  category?: string
  next?: string
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export function startSearch(raw: Record<string, unknown>): StartSearch {
  const { category, next: asked } = raw
  const next = safeNext(asked)
  return {
    ...(typeof category === 'string' && uuid.test(category) && { category }),
    ...(next !== undefined && { next }),
  }
}
