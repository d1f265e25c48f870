import { Alarm, type Clock } from '../clock'
import { assess, ASSESS_WINDOW_MS, type AssessContext, type Assessment } from './assess'
import { degrade, undegraded, type Degradation } from './degrade'
import { readTotals, sampleBetween, type Sample, type Totals } from './sample'
import type { Stage } from './stage'

export interface MonitorResult {
  readonly assessment: Assessment
  readonly sample: Sample
  /** What we may send, by the way out. */
  readonly send: Stage
  /** What we can take, by the way in; told to the peer. */
  readonly receive: Stage
}

export interface MonitorOptions {
  readonly clock: Clock
  /** Entries of `getStats`, or null when there is no connection. */
  stats(): Promise<readonly Record<string, unknown>[] | null>
  /** What is sent now, whoever decided so, and what is expected of the peer. */
  context(): AssessContext
  onResult(result: MonitorResult): void
}

const INTERVAL_MS = 1_500

/** Looks at the connection every second and a half while it is up. */
export class QualityMonitor {
  private totals: Totals | null = null
  private samples: Sample[] = []
  private outgoing: Degradation
  private incoming: Degradation
  private running = false
  private round = 0
  private readonly alarm: Alarm

  constructor(private readonly options: MonitorOptions) {
    this.outgoing = undegraded(options.clock.now())
    this.incoming = undegraded(options.clock.now())
    this.alarm = new Alarm(options.clock, () => {
      void this.look()
    })
  }

  /** The connection is up. What was learnt of the network before stays. */
  start(): void {
    if (this.running) return
    this.running = true
    this.round += 1
    this.totals = null
    this.samples = []
    this.alarm.set(INTERVAL_MS)
  }

  /** The connection is down: silence now is no judgement of its quality. */
  stop(): void {
    this.running = false
    this.round += 1
    this.alarm.clear()
  }

  private async look(): Promise<void> {
    const { clock } = this.options
    const { round } = this
    let entries: readonly Record<string, unknown>[] | null = null
    try {
      entries = await this.options.stats()
    } catch {
      // The connection was closed in between; `stop` follows.
    }
    if (round !== this.round) return
    this.alarm.set(INTERVAL_MS)
    if (entries === null) return
    const totals = readTotals(entries, clock.now())
    const sample = this.totals === null ? null : sampleBetween(this.totals, totals)
    this.totals = totals
    if (sample !== null) this.judge(sample)
  }

  private judge(sample: Sample): void {
    this.samples = [...this.samples, sample].filter((one) => sample.at - one.at <= ASSESS_WINDOW_MS)
    const assessment = assess(this.samples, this.options.context())
    this.outgoing = degrade(this.outgoing, assessment.outgoing, sample.at)
    this.incoming = degrade(this.incoming, assessment.incoming, sample.at)
    this.options.onResult({
      assessment,
      sample,
      send: this.outgoing.stage,
      receive: this.incoming.stage,
    })
  }
}
