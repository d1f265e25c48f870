// The way to the other browser: signals are posted, kept by the server under rising positions, and fetched after a hint. At least once, resumable.
import { api, asProblem, data, live } from '~/api'
import type { SignalChannel, SignalHandler, SignalState } from './engine'

/** Looks without a hint: covers a stream that is down, and hints that were lost. */
const LOOK_MS = 3_000
/** Refusals that will not change: the room is closed, or not for this person. */
const FINAL = new Set([401, 403, 404, 410])

export class ServerChannel implements SignalChannel {
  state: SignalState = 'connecting'
  readonly #handlers = new Set<SignalHandler>()
  readonly #stops: (() => void)[] = []
  #after = 0
  #isFetching = false
  #isWanted = false

  constructor(private readonly appointmentId: string) {}

  /** Begins to fetch. */
  open(): void {
    if (this.#stops.length > 0) return
    const isMine = (payload: unknown) => (payload as { appointment_id?: string } | undefined)?.appointment_id === this.appointmentId
    this.#stops.push(live.on('call.signal', ({ payload }) => { if (isMine(payload)) void this.#fetch() }))
    this.#stops.push(live.on('reset', () => { void this.#fetch() }))
    const timer = setInterval(() => { void this.#fetch() }, LOOK_MS)
    this.#stops.push(() => { clearInterval(timer) })
    void this.#fetch()
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop()
    this.#handlers.clear()
  }

  async send(message: unknown): Promise<void> {
    try {
      await api.POST('/api/calls/{appointment_id}/signals', {
        params: { path: { appointment_id: this.appointmentId } },
        body: { signal: message as Record<string, never> },
        // The goodbye of a page that is being closed gets out, too.
        keepalive: true,
      })
    } catch (error) {
      if (FINAL.has(asProblem(error).status)) this.#become('closed')
      throw error
    }
  }

  subscribe(handler: SignalHandler): () => void {
    this.#handlers.add(handler)
    handler.onState(this.state)
    return () => this.#handlers.delete(handler)
  }

  async #fetch(): Promise<void> {
    if (this.state === 'closed') return
    if (this.#isFetching) {
      this.#isWanted = true
      return
    }
    this.#isFetching = true
    this.#isWanted = false
    try {
      const isMore = await this.#fetchOnce()
      this.#become('open')
      this.#isWanted ||= isMore
    } catch (error) {
      this.#become(FINAL.has(asProblem(error).status) ? 'closed' : 'lost')
    } finally {
      this.#isFetching = false
    }
    if (this.#isWanted) void this.#fetch()
  }

  /** Tells whether there is more to fetch at once. */
  async #fetchOnce(): Promise<boolean> {
    const answer = await data(api.GET('/api/calls/{appointment_id}/signals', {
      params: { path: { appointment_id: this.appointmentId }, query: { after: this.#after } },
    }))
    // The server lost what it kept (it keeps signals in memory only): positions begin anew.
    if (answer.newest < this.#after) {
      this.#after = 0
      return true
    }
    for (const { position, signal } of answer.signals) {
      this.#after = Math.max(this.#after, position)
      for (const handler of this.#handlers) handler.onMessage(signal)
    }
    return answer.signals.length > 0 && this.#after < answer.newest
  }

  #become(state: SignalState): void {
    if (this.state === state || this.state === 'closed') return
    this.state = state
    for (const handler of this.#handlers) handler.onState(state)
  }
}
