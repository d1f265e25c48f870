// What the service worker does with a request: a pure decision, tested apart from the worker.
export type Plan =
  /** Not ours: straight to the network, nothing kept. */
  | 'pass'
  /** The page: the network's answer, else the kept page. */
  | 'page'
  /** Its name carries a hash of its content: the kept one is right forever. */
  | 'immutable'
  /** The network's answer, which is kept; else the kept one. */
  | 'fresh'

/** The only answers of the API that are kept: they are the same for everybody. All else is personal and never stored. */
const PUBLIC = ['/api/public/urgent-help']
const FRESH = ['/brand/', '/region/']
const SINGLE = ['/boot.js', '/manifest.webmanifest']

export function planFor(request: { method: string; mode: string; url: string }, origin: string): Plan {
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== origin) return 'pass'
  if (url.pathname.startsWith('/api/')) return PUBLIC.includes(url.pathname) ? 'fresh' : 'pass'
  if (url.pathname.startsWith('/assets/')) return 'immutable'
  if (SINGLE.includes(url.pathname) || FRESH.some((prefix) => url.pathname.startsWith(prefix))) return 'fresh'
  return request.mode === 'navigate' ? 'page' : 'pass'
}

/** Caches to drop when a new version takes over: all but its own and the one before, whose tabs may still be open. */
export const outdated = (names: readonly string[], own: string): string[] =>
  names.filter((name) => name.startsWith('app-') && name !== own).sort().slice(0, -1)
