/// <reference lib="webworker" />
// The service worker: the frame and urgent help open without a network. No answer of the API is kept but public ones; nothing personal rests here.
import { outdated, planFor } from './sw-plan'

declare const self: ServiceWorkerGlobalScope
/** Written in at build time: addresses to keep, and the time of the build, which orders versions. */
declare const __KEEP__: readonly string[]
declare const __VERSION__: string

const CACHE = `app-${__VERSION__}`
/** Longer than this without an answer, the kept page is shown (navigation on a dying mobile network). */
const PATIENCE_MS = 4000

self.addEventListener('install', (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE)
    await cache.addAll(__KEEP__.map((url) => new Request(url, { cache: url.startsWith('/assets/') ? 'default' : 'reload' })))
    // Names carry hashes and pages come from the network first: the new version harms no open tab.
    await self.skipWaiting()
  })())
})

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    await Promise.all(outdated(await caches.keys(), CACHE).map((name) => caches.delete(name)))
    await self.clients.claim()
  })())
})

self.addEventListener('fetch', (event) => {
  const plan = planFor(event.request, self.location.origin)
  if (plan === 'pass') return
  if (plan === 'page') event.respondWith(page(event.request))
  else if (plan === 'immutable') event.respondWith(immutable(event.request))
  else event.respondWith(fresh(event.request))
})

/** `Vary` is ignored: what differs by language or origin is never kept, and proxies add the header to everything. */
const kept = (request: RequestInfo) => caches.match(request, { ignoreVary: true })

async function page(request: Request): Promise<Response> {
  const answer = fetch(request).catch(() => undefined)
  const late = new Promise<undefined>((resolve) => { setTimeout(() => { resolve(undefined) }, PATIENCE_MS) })
  const first = await Promise.race([answer, late])
  // A server that is being restarted answers 502 or 503: the kept page can still show urgent help.
  if (first && first.status < 500) return first
  return (await kept('/')) ?? (await answer) ?? Response.error()
}

async function immutable(request: Request): Promise<Response> {
  const before = await kept(request)
  if (before) return before
  const answer = await fetch(request)
  if (answer.ok) await (await caches.open(CACHE)).put(request, answer.clone())
  return answer
}

async function fresh(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request)
    if (answer.ok) {
      await (await caches.open(CACHE)).put(request, answer.clone())
      return answer
    }
    return (await kept(request)) ?? answer
  } catch {
    return (await kept(request)) ?? Response.error()
  }
}
