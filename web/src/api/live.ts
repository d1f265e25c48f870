// One server-sent event stream per tab. Events are hints: which thing changed, never its content; whoever listens asks the server.
// The browser resumes a broken stream by itself (`Last-Event-ID`); what could not be resumed is told as `reset`.
import { useEffect, useEffectEvent } from 'react'

export interface LiveEvent {
  /** `<slice>.<what>`, e.g. `booking.changed`; `reset` when hints may have been lost; `ended` when the session has; `refused` when the server would not have the stream. */
  kind: string
  payload: unknown
}

type Handler = (event: LiveEvent) => void

const RESET = 'reset'

/** What an event carries; a payload that is not JSON is none. */
export function parsePayload(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Milliseconds before the next attempt: doubling, capped at half a minute, spread so that a restart is not a stampede. */
export const backoffMs = (attempt: number, random: number): number => Math.min(30_000, 1000 * 2 ** attempt) * (0.5 + random / 2)

/** The part of EventSource that is used; tests bring their own. */
export type Source = Pick<EventSource, 'addEventListener' | 'close' | 'onerror' | 'onopen' | 'readyState'>

const CLOSED = 2

export class LiveStream {
  #source: Source | undefined
  #attempt = 0
  #hasGap = false
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #handlers = new Map<string, Set<Handler>>()
  readonly #listening = new Set<string>()

  constructor(private readonly connect: () => Source = () => new EventSource('/api/live')) {}

  /** Listens to one kind of event; returns how to stop. Everybody who shows what may have been lost listens to `reset` too. */
  on(kind: string, handler: Handler): () => void {
    const handlers = this.#handlers.get(kind) ?? new Set()
    this.#handlers.set(kind, handlers.add(handler))
    this.#listen(kind)
    return () => handlers.delete(handler)
  }

  open(): void {
    if (this.#source) return
    const source = this.connect()
    this.#source = source
    this.#listening.clear()
    for (const kind of [RESET, ...this.#handlers.keys()]) this.#listen(kind)
    source.onopen = () => {
      this.#attempt = 0
      // A new connection starts at the newest hint; those between are lost.
      if (this.#hasGap) this.#tell({ kind: RESET, payload: undefined })
      this.#hasGap = false
    }
    source.onerror = () => {
      // The browser goes on by itself after a broken connection; after a refusal it gives up, and we go on.
      if (source.readyState !== CLOSED) return
      this.#source = undefined
      this.#hasGap = true
      this.#tell({ kind: 'refused', payload: undefined })
      this.#timer = setTimeout(() => { this.open() }, backoffMs(this.#attempt++, Math.random()))
    }
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#source?.close()
    this.#source = undefined
  }

  #listen(kind: string): void {
    if (!this.#source || this.#listening.has(kind)) return
    this.#listening.add(kind)
    this.#source.addEventListener(kind, (message: MessageEvent<string>) => { this.#tell({ kind, payload: parsePayload(message.data) }) })
  }

  #tell(event: LiveEvent): void {
    this.#handlers.get(event.kind)?.forEach((handle) => { handle(event) })
  }
}

export const live = new LiveStream()

/** Calls `handler` for each live event of the kind while the component is on the screen. */
export function useLive(kind: string, handler: Handler): void {
  const latest = useEffectEvent(handler)
  useEffect(() => live.on(kind, (event) => { latest(event) }), [kind])
}
