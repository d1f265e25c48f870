import type { CallAccess } from './access'
import { Alarm, type Clock } from './clock'
import type { ServerTime } from './serverTime'

const LEAD_MAX_MS = 60_000
const LEAD_SHARE = 0.15
const LOOK_AGAIN_MS = 5_000
// A timer's delay is a signed 32-bit number of milliseconds in browsers.
const TIMER_MAX_MS = 2 ** 31 - 1

/**
 * Knows with which access the present connection was gathered, and calls `move` in time before that runs out: the
 * relay does not prolong an allocation under a name that has expired (RFC 8656 §7.3 wants the same credentials).
 */
export class CredentialWatch {
  private used: CallAccess | null = null
  private readonly alarm: Alarm

  constructor(
    clock: Clock,
    private readonly serverTime: ServerTime,
    private readonly latest: () => CallAccess,
    private readonly move: () => void,
  ) {
    this.alarm = new Alarm(clock, () => this.due())
  }

  /** Candidates are gathered now, with the latest access. */
  gathered(): void {
    const used = this.latest()
    this.used = used
    const leadMs = Math.min((used.expiresAt - used.serverNow) * LEAD_SHARE, LEAD_MAX_MS)
    const waitMs = used.expiresAt - leadMs - this.serverTime.now()
    this.alarm.set(Math.min(Math.max(waitMs, LOOK_AGAIN_MS), TIMER_MAX_MS))
  }

  clear(): void {
    this.alarm.clear()
  }

  private due(): void {
    // Without a newer access moving would change nothing; it is on its way.
    if (this.used !== null && this.latest().expiresAt > this.used.expiresAt) this.move()
    else this.alarm.set(LOOK_AGAIN_MS)
  }
}
