import { Alarm, type Cancel, type Clock } from '../clock'
import type { SignalChannel, SignalState } from './channel'
import { sameEpoch, type Epoch } from './epoch'
import { parseSignal, type ByeReason, type Side, type SignalBody, type SignalMessage } from './message'
import { meet, rendezvous, renew, type Rendezvous } from './rendezvous'
import { ReliableLink, type NumberedBody } from './reliable'

export interface DialogueEvents {
  /** A new pair of epochs: whatever was negotiated before is over, a new connection begins. */
  onPair(): void
  /** The next body of the present pair, once and in order. */
  onBody(body: NumberedBody): void
  /** The peer's page says that it goes. */
  onBye(reason: ByeReason): void
  /** Some sign of life of the peer's present page. */
  onHeard(): void
  /** The same person opened the call in another place. */
  onTakenOver(): void
  onState(state: SignalState): void
}

export interface DialogueOptions extends DialogueEvents {
  readonly clock: Clock
  readonly channel: SignalChannel
  readonly side: Side
  /** The first epoch of this page: the server's time now and its name. */
  readonly epoch: Epoch
  /** The server's time in ms. */
  serverNow(): number
}

// Several reasons to say hello within a moment (a replay of old messages) make one hello.
const HELLO_GATHER_MS = 50
const HELLO_FIRST_MS = 1_000
const HELLO_MAX_MS = 20_000
const BYE_TRIES = 3
const BYE_RETRY_MS = 700

/** The conversation with the other browser: who is there, and reliable delivery to them. */
export class Dialogue {
  private state: Rendezvous
  private link: ReliableLink | null = null
  /** The peer's epoch that said goodbye; whatever still comes from it is late. */
  private departed: Epoch | null = null
  private readonly helloAlarm: Alarm
  private readonly retryAlarm: Alarm
  private retryMs = HELLO_FIRST_MS
  private unsubscribe: Cancel | null = null
  private stopped = false

  constructor(private readonly options: DialogueOptions) {
    this.state = rendezvous(options.side, options.epoch)
    this.helloAlarm = new Alarm(options.clock, () => {
      this.post(0, 0, { kind: 'hello' })
    })
    this.retryAlarm = new Alarm(options.clock, () => this.retryHello())
  }

  /** Whether a living peer is known. */
  get hasPeer(): boolean {
    return this.state.peer !== null && !this.isDeparted(this.state.peer)
  }

  get channelOpen(): boolean {
    return this.options.channel.state === 'open'
  }

  start(): void {
    this.unsubscribe = this.options.channel.subscribe({
      onMessage: (raw) => {
        if (!this.stopped) this.receive(raw)
      },
      onState: (state) => {
        if (!this.stopped) this.stateChanged(state)
      },
    })
    this.stateChanged(this.options.channel.state)
  }

  send(body: NumberedBody): void {
    this.link?.send(body)
  }

  /** Begins a new life of this page; the peer's side follows. */
  renew(): void {
    this.state = renew(this.state)
    this.beginPair()
    this.announce()
  }

  /** Tells the peer that this page goes, as well as it can still be told. Also used while the page closes. */
  bye(reason: ByeReason, triesLeft = BYE_TRIES): void {
    this.trySend(this.message(0, 0, { kind: 'bye', reason })).catch(() => {
      if (triesLeft <= 1) return
      this.options.clock.after(BYE_RETRY_MS, () => this.bye(reason, triesLeft - 1))
    })
  }

  stop(): void {
    this.stopped = true
    this.unsubscribe?.()
    this.link?.close()
    this.helloAlarm.clear()
    this.retryAlarm.clear()
  }

  private receive(raw: unknown): void {
    const message = parseSignal(raw)
    if (message === null) return
    const { state, effects } = meet(this.state, message, this.options.serverNow())
    this.state = state
    if (effects.includes('taken_over')) {
      this.stop()
      this.options.onTakenOver()
      return
    }
    if (effects.includes('new_peer') || effects.includes('raised')) this.beginPair()
    if (effects.includes('raised')) this.announce()
    if (effects.includes('say_hello')) this.helloAlarm.setIfIdle(HELLO_GATHER_MS)
    if (this.state.known) this.retryAlarm.clear()
    const { from } = message.epoch
    if (message.side === this.options.side || !sameEpoch(from, this.state.peer) || this.isDeparted(from)) return
    if (message.body.kind === 'bye') {
      this.depart(from, message.body.reason)
      return
    }
    this.options.onHeard()
    if (effects.includes('deliver')) this.deliver(message)
  }

  private deliver(message: SignalMessage): void {
    const { body, seq, ack } = message
    this.link?.acknowledged(ack)
    if (body.kind === 'description' || body.kind === 'candidates') this.link?.receive(seq, body)
  }

  private depart(epoch: Epoch, reason: ByeReason): void {
    this.departed = epoch
    this.link?.close()
    this.link = null
    this.retryAlarm.clear()
    this.options.onBye(reason)
  }

  private isDeparted(epoch: Epoch): boolean {
    return sameEpoch(epoch, this.departed)
  }

  private beginPair(): void {
    this.link?.close()
    this.link = null
    if (!this.hasPeer) return
    this.link = new ReliableLink({
      clock: this.options.clock,
      post: (seq, ack, body) => {
        this.post(seq, ack, body ?? { kind: 'ack' })
      },
      open: () => this.channelOpen,
      deliver: (body) => this.options.onBody(body),
    })
    this.options.onPair()
  }

  private stateChanged(state: SignalState): void {
    if (state === 'open') {
      this.announce()
      this.link?.wake()
    }
    this.options.onState(state)
  }

  private announce(): void {
    this.retryMs = HELLO_FIRST_MS
    this.helloAlarm.setIfIdle(0)
    this.retryAlarm.set(this.retryMs)
  }

  private retryHello(): void {
    // A departed peer says hello itself when it comes back.
    if (this.state.known || (this.state.peer !== null && !this.hasPeer)) return
    this.retryMs = Math.min(this.retryMs * 2, HELLO_MAX_MS)
    this.retryAlarm.set(this.retryMs)
    this.post(0, 0, { kind: 'hello' })
  }

  private message(seq: number, ack: number, body: SignalBody): SignalMessage {
    const { side, mine, peer } = this.state
    return { v: 1, side, epoch: { from: mine, to: peer }, seq, ack, body }
  }

  private post(seq: number, ack: number, body: SignalBody): void {
    if (!this.channelOpen) return
    this.trySend(this.message(seq, ack, body)).catch(() => {
      // Repeated by its own timer: a hello until the peer answers, a numbered body until it is confirmed.
    })
  }

  private async trySend(message: SignalMessage): Promise<void> {
    await this.options.channel.send(message)
  }
}
