// One server-sent event stream per tab, resumed where it broke. Events are hints: the handler asks the server for what changed.
import { useEffect, useEffectEvent } from 'react'

export interface LiveEvent {
  /** Position in the stream; sent back after a break. */
  id: string
  /** `<slice>.<what>`, e.g. `booking.changed`; `live.reset` when the server could not resume. */
  kind: string
  payload: unknown
}

type Handler = (event: LiveEvent) => void

/** Does `kind` belong to `topic`? `booking` covers `booking.changed`, `*` everything. */
export const covers = (topic: string, kind: string): boolean => topic === '*' || kind === topic || kind.startsWith(`${topic}.`)

/** What a person's event must look like; anything else is ignored. */
export function parseLive(text: string): LiveEvent | undefined {
  try {
    const raw: unknown = JSON.parse(text)
    if (typeof raw !== 'object' || raw === null || !('kind' in raw) || typeof raw.kind !== 'string') return undefined
    return { id: 'id' in raw ? String(raw.id) : '', kind: raw.kind, payload: 'payload' in raw ? raw.payload : undefined }
  } catch {
    return undefined
  }
}

/** Milliseconds before the next attempt: doubling, capped at half a minute, spread so that a restart is not a stampede. */
export const backoffMs = (attempt: number, random: number): number => Math.min(30_000, 1000 * 2 ** attempt) * (0.5 + random / 2)

export class LiveStream {
  #source: EventSource | undefined
  #last = ''
  #attempt = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #handlers = new Set<[string, Handler]>()

  constructor(private readonly url = '/api/live') {}

  on(topic: string, handler: Handler): () => void {
    const entry: [string, Handler] = [topic, handler]
    this.#handlers.add(entry)
    return () => this.#handlers.delete(entry)
  }

  open(): void {
    if (this.#source) return
    const source = new EventSource(this.#last === '' ? this.url : `${this.url}?after=${encodeURIComponent(this.#last)}`)
    this.#source = source
    source.onopen = () => { this.#attempt = 0 }
    source.onmessage = (message: MessageEvent<string>) => {
      const event = parseLive(message.data)
      if (!event) return
      if (event.id !== '') this.#last = event.id
      for (const [topic, handler] of this.#handlers) if (covers(topic, event.kind)) handler(event)
    }
    source.onerror = () => {
      // The browser retries by itself after a broken connection; after a refusal it gives up, and we go on.
      if (source.readyState !== EventSource.CLOSED) return
      this.#source = undefined
      this.#timer = setTimeout(() => { this.open() }, backoffMs(this.#attempt++, Math.random()))
    }
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#source?.close()
    this.#source = undefined
  }
}

export const live = new LiveStream()

/** Calls `handler` for each live event of the topic while the component is on the screen. */
export function useLive(topic: string, handler: Handler): void {
  const latest = useEffectEvent(handler)
  useEffect(() => live.on(topic, (event) => { latest(event) }), [topic])
}
