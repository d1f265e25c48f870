import { Alarm, type Clock } from '../clock'
import type { CandidatesBody, DescriptionBody } from './message'

export type NumberedBody = DescriptionBody | CandidatesBody

export interface ReliableOptions {
  readonly clock: Clock
  /** Hands one message to the channel. `body` null: nothing but the acknowledgement. */
  post(seq: number, ack: number, body: NumberedBody | null): void
  /** Whether posting makes sense now; `wake` is called when it does again. */
  open(): boolean
  /** Called once for each message of the other side, in the order it was sent. */
  deliver(body: NumberedBody): void
}

const ACK_DELAY_MS = 200
const RESEND_FIRST_MS = 3_000
const RESEND_MAX_MS = 12_000
// A negotiation is some ten messages; whoever is further ahead than this talks nonsense.
const WINDOW = 256

/**
 * Exactly once and in order, for one pair of epochs, over a channel that promises neither. Perfect
 * negotiation is proven for such a channel only (W3C WebRTC 1.0, §10.7).
 */
export class ReliableLink {
  private lastSeq = 0
  private unacked: { readonly seq: number; readonly body: NumberedBody }[] = []
  private delivered = 0
  private readonly early = new Map<number, NumberedBody>()
  private resendMs = RESEND_FIRST_MS
  private readonly resendAlarm: Alarm
  private readonly ackAlarm: Alarm
  private closed = false

  constructor(private readonly options: ReliableOptions) {
    this.resendAlarm = new Alarm(options.clock, () => {
      this.resendMs = Math.min(this.resendMs * 2, RESEND_MAX_MS)
      this.resend()
    })
    this.ackAlarm = new Alarm(options.clock, () => {
      if (this.options.open()) this.post(0, null)
    })
  }

  send(body: NumberedBody): void {
    if (this.closed) return
    this.lastSeq += 1
    this.unacked.push({ seq: this.lastSeq, body })
    if (!this.options.open()) return
    this.post(this.lastSeq, body)
    this.resendAlarm.setIfIdle(this.resendMs)
  }

  /** Takes the `ack` of any message of this pair of epochs. */
  acknowledged(ack: number): void {
    if (this.closed || ack > this.lastSeq) return
    const before = this.unacked.length
    this.unacked = this.unacked.filter((entry) => entry.seq > ack)
    if (this.unacked.length === before) return
    this.resendMs = RESEND_FIRST_MS
    if (this.unacked.length === 0) this.resendAlarm.clear()
    else if (this.options.open()) this.resendAlarm.set(this.resendMs)
  }

  receive(seq: number, body: NumberedBody): void {
    if (this.closed || seq > this.delivered + WINDOW) return
    // Also for one that came before: our acknowledgement may be what got lost.
    this.ackAlarm.setIfIdle(ACK_DELAY_MS)
    if (seq <= this.delivered) return
    this.early.set(seq, body)
    for (;;) {
      const next = this.early.get(this.delivered + 1)
      if (next === undefined) return
      this.delivered += 1
      this.early.delete(this.delivered)
      this.options.deliver(next)
    }
  }

  /** The channel is open again: whatever is unconfirmed goes out once more. */
  wake(): void {
    this.resendMs = RESEND_FIRST_MS
    this.resend()
  }

  close(): void {
    this.closed = true
    this.resendAlarm.clear()
    this.ackAlarm.clear()
    this.unacked = []
    this.early.clear()
  }

  private resend(): void {
    if (this.closed || !this.options.open()) return
    for (const entry of this.unacked) this.post(entry.seq, entry.body)
    if (this.unacked.length > 0) this.resendAlarm.set(this.resendMs)
  }

  private post(seq: number, body: NumberedBody | null): void {
    this.ackAlarm.clear()
    this.options.post(seq, this.delivered, body)
  }
}
