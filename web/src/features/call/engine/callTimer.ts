import type { CallTimes } from './access'
import { Alarm, type Clock } from './clock'
import { callTime, timeStage } from './phase'
import type { ServerTime } from './serverTime'
import type { CallTime } from './snapshot'

// A timer's delay is a signed 32-bit number of milliseconds in browsers.
const TIMER_MAX_MS = 2 ** 31 - 1
/** So that a boundary is surely behind us when the timer rings. */
const PAST_MS = 20

/** Follows the agreed times by the server's clock and rings at each boundary. */
export class CallTimer {
  private times: CallTimes | null = null
  private readonly alarm: Alarm

  constructor(
    clock: Clock,
    private readonly serverTime: ServerTime,
    private readonly onChange: () => void,
  ) {
    this.alarm = new Alarm(clock, () => {
      this.schedule()
      this.onChange()
    })
  }

  get current(): CallTime | null {
    return this.times === null ? null : callTime(this.times, this.serverTime.now())
  }

  /** New times, or the same with a newly set clock. */
  set(times: CallTimes): void {
    this.times = times
    this.schedule()
    this.onChange()
  }

  stop(): void {
    this.alarm.clear()
  }

  private schedule(): void {
    this.alarm.clear()
    if (this.times === null) return
    const now = this.serverTime.now()
    const { until } = timeStage(this.times, now)
    if (until !== null) this.alarm.set(Math.min(until - now + PAST_MS, TIMER_MAX_MS))
  }
}
