import { Alarm, type Cancel, type Clock } from './clock'
import type { ServerTime } from './serverTime'

/** What the server grants one person for one call, for a while. Times are the server's, ms since 1970. */
export interface CallAccess {
  /** Our relay: UDP, then TCP, then TLS, each with a short-lived user name and password. */
  readonly iceServers: readonly RTCIceServer[]
  /** When the credentials stop being taken by the relay. */
  readonly expiresAt: number
  /** The server's clock when it answered. */
  readonly serverNow: number
  readonly times: CallTimes
}

/** Server times, ms since 1970. */
export interface CallTimes {
  readonly startsAt: number
  /** The agreed end; moves when the specialist extends. */
  readonly endsAt: number
  /** When the room itself closes. */
  readonly closesAt: number
}

/** Why the server says no for good. */
export type AccessRefusal = 'not_yet' | 'over' | 'cancelled' | 'forbidden' | 'signed_out'

/** Thrown by `fetchAccess` where trying again is useless. Anything else it throws is tried again. */
export class AccessRefused extends Error {
  constructor(readonly refusal: AccessRefusal) {
    super(`access to the call refused: ${refusal}`)
    this.name = 'AccessRefused'
  }
}

export interface AccessKeeperOptions {
  readonly clock: Clock
  readonly serverTime: ServerTime
  fetchAccess(): Promise<CallAccess>
  /** A new access is there. */
  onAccess(access: CallAccess): void
  onRefused(refusal: AccessRefusal): void
  /** Fetching fails (true) or works again (false). */
  onTrouble(troubled: boolean): void
}

const RETRY_FIRST_MS = 1_000
const RETRY_MAX_MS = 15_000
const RENEW_EARLY_MAX_MS = 120_000
const RENEW_EARLY_SHARE = 0.25
const RENEW_WAIT_MIN_MS = 5_000
// A timer's delay is a signed 32-bit number of milliseconds in browsers.
const TIMER_MAX_MS = 2 ** 31 - 1

/** Keeps a valid access: fetches it, renews it before it runs out, tries again when the server is away. */
export class AccessKeeper {
  private access: CallAccess | null = null
  private running: Promise<void> | null = null
  private retryMs = RETRY_FIRST_MS
  private readonly alarm: Alarm
  private stopped = false
  private again = false

  constructor(private readonly options: AccessKeeperOptions) {
    this.alarm = new Alarm(options.clock, () => {
      void this.refresh()
    })
  }

  get current(): CallAccess | null {
    return this.access
  }

  /** Fetches now. A fetch already on its way may have been answered before the reason to ask: it is repeated. */
  refresh(): Promise<void> {
    if (this.stopped) return Promise.resolve()
    if (this.running !== null) {
      this.again = true
      return this.running
    }
    this.alarm.clear()
    const fetching = this.fetch().finally(() => {
      this.running = null
      if (this.again) {
        this.again = false
        void this.refresh()
      }
    })
    this.running = fetching
    return fetching
  }

  readonly stop: Cancel = () => {
    this.stopped = true
    this.alarm.clear()
  }

  private async fetch(): Promise<void> {
    const { clock, serverTime } = this.options
    const askedAt = clock.now()
    try {
      const access = await this.options.fetchAccess()
      if (this.isStopped()) return
      // The answer was written about half the round trip ago.
      serverTime.sync(access.serverNow + (clock.now() - askedAt) / 2)
      this.access = access
      this.retryMs = RETRY_FIRST_MS
      this.alarm.set(Math.min(renewInMs(access), TIMER_MAX_MS))
      this.options.onTrouble(false)
      this.options.onAccess(access)
    } catch (error) {
      if (this.isStopped()) return
      if (error instanceof AccessRefused) {
        this.stop()
        this.options.onRefused(error.refusal)
        return
      }
      this.options.onTrouble(true)
      this.alarm.set(this.retryMs)
      this.retryMs = Math.min(this.retryMs * 2, RETRY_MAX_MS)
    }
  }

  private isStopped(): boolean {
    return this.stopped
  }
}

/** How long an access just received may be used before it is renewed: three quarters, or all but two minutes. */
export function renewInMs(access: Pick<CallAccess, 'expiresAt' | 'serverNow'>): number {
  const lifetimeMs = access.expiresAt - access.serverNow
  const earlyMs = Math.min(lifetimeMs * RENEW_EARLY_SHARE, RENEW_EARLY_MAX_MS)
  return Math.max(lifetimeMs - earlyMs, RENEW_WAIT_MIN_MS)
}
