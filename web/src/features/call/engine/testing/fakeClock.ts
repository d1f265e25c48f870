import type { Cancel, Clock } from '../clock'

/** A clock moved by hand. */
export class FakeClock implements Clock {
  private time = 0
  private order = 0
  private timers: { readonly at: number; readonly order: number; readonly run: () => void }[] = []

  now(): number {
    return this.time
  }

  after(delayMs: number, run: () => void): Cancel {
    this.order += 1
    const timer = { at: this.time + Math.max(0, delayMs), order: this.order, run }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((one) => one !== timer)
    }
  }

  /** Moves on by `ms`, running what falls due in its order and everything that follows from it. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms
    await settle()
    for (;;) {
      const next = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0]
      if (next === undefined) break
      this.timers = this.timers.filter((timer) => timer !== next)
      this.time = Math.max(this.time, next.at)
      next.run()
      await settle()
    }
    this.time = end
  }

  /** Timers still pending; a part that was closed must leave none. */
  get pending(): number {
    return this.timers.length
  }
}

/** Lets every promise that can go on without the clock go on. */
export async function settle(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve))
}
