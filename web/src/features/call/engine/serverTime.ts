import type { Clock } from './clock'

/**
 * The server's wall clock as seen from this device.
 *
 * The device's own wall clock is never read: it may be an hour off. The offset is taken between the
 * server's time and the monotonic clock, and renewed each time the server tells its time again
 * (with every access, because a monotonic clock may stand still while a phone sleeps).
 */
export class ServerTime {
  private offsetMs: number
  private syncedAt: number

  constructor(
    private readonly clock: Clock,
    serverNowMs: number,
  ) {
    this.syncedAt = clock.now()
    this.offsetMs = serverNowMs - this.syncedAt
  }

  /** The server's time, milliseconds since 1970 (UTC). */
  now(): number {
    return this.clock.now() + this.offsetMs
  }

  /** Takes a fresh time of the server, read just now. */
  sync(serverNowMs: number): void {
    this.syncedAt = this.clock.now()
    this.offsetMs = serverNowMs - this.syncedAt
  }

  /** Milliseconds since the server's time was last taken. */
  ageMs(): number {
    return this.clock.now() - this.syncedAt
  }
}
