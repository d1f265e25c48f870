/** Stops a pending timer or a subscription; calling it twice is harmless. */
export type Cancel = () => void

/**
 * The only source of time in the engine, so that every timer can be moved by hand in a test.
 *
 * Monotonic on purpose: a phone whose clock jumps (network time, another zone, a user's hand) must not
 * end or prolong a call.
 */
export interface Clock {
  /** Milliseconds since an arbitrary moment; never goes back. */
  now(): number
  /** Runs `run` once after `delayMs` milliseconds. */
  after(delayMs: number, run: () => void): Cancel
}

/** A timer of which at most one is pending: setting it again moves it. */
export class Alarm {
  private cancel: Cancel | null = null

  constructor(
    private readonly clock: Clock,
    private readonly run: () => void,
  ) {}

  get pending(): boolean {
    return this.cancel !== null
  }

  /** (Re)sets the alarm to ring in `delayMs` milliseconds. */
  set(delayMs: number): void {
    this.clear()
    this.cancel = this.clock.after(delayMs, () => {
      this.cancel = null
      this.run()
    })
  }

  /** Sets the alarm unless it is already pending. */
  setIfIdle(delayMs: number): void {
    if (!this.pending) this.set(delayMs)
  }

  clear(): void {
    this.cancel?.()
    this.cancel = null
  }
}
