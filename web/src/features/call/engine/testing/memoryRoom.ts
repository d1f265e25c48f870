import type { Cancel } from '../clock'
import type { SignalChannel, SignalHandler, SignalState } from '../signal/channel'
import type { Side, SignalMessage } from '../signal/message'
import type { FakeClock } from './fakeClock'
import type { Random } from './random'

/** How badly the channel behaves; all zero is a perfect one. */
export interface Badness {
  /** Probability that a message is lost although it was taken. */
  loss: number
  /** Probability that it comes twice. */
  double: number
  /** Longest delay in ms; different delays put messages out of order. */
  delayMs: number
  /** Probability that some old message comes again with a new one. */
  replay: number
}

export const PERFECT: Badness = { loss: 0, double: 0, delayMs: 0, replay: 0 }

/** A room in memory: each seat hears the seats of the other side. Many seats of a side are many pages. */
export class MemoryRoom {
  badness: Badness = { ...PERFECT }
  readonly history: SignalMessage[] = []
  private readonly seats: Seat[] = []

  constructor(
    readonly clock: FakeClock,
    readonly random: Random,
  ) {}

  seat(side: Side): Seat {
    const seat = new Seat(this, side)
    this.seats.push(seat)
    return seat
  }

  pass(message: SignalMessage): void {
    this.history.push(message)
    const { random, badness } = this
    const copies = (random.chance(badness.loss) ? 0 : 1) + (random.chance(badness.double) ? 1 : 0)
    for (let copy = 0; copy < copies; copy += 1) this.deliver(message)
    if (random.chance(badness.replay)) this.deliver(random.pick(this.history))
  }

  private deliver(message: SignalMessage): void {
    // Through JSON, as over a network: nothing may depend on shared objects.
    const text = JSON.stringify(message)
    this.clock.after(this.random.next() * this.badness.delayMs, () => {
      for (const seat of this.seats) if (seat.side !== message.side) seat.take(JSON.parse(text))
    })
  }
}

export class Seat implements SignalChannel {
  state: SignalState = 'open'
  sent = 0
  private handlers = new Set<SignalHandler>()
  private missed: unknown[] = []

  constructor(
    private readonly room: MemoryRoom,
    readonly side: Side,
  ) {}

  send(message: SignalMessage): Promise<void> {
    if (this.state !== 'open') return Promise.reject(new Error('channel is not open'))
    this.sent += 1
    this.room.pass(structuredClone(message))
    return Promise.resolve()
  }

  subscribe(handler: SignalHandler): Cancel {
    this.handlers.add(handler)
    return () => this.handlers.delete(handler)
  }

  take(raw: unknown): void {
    if (this.state === 'closed') return
    if (this.state === 'open') for (const handler of [...this.handlers]) handler.onMessage(raw)
    else this.missed.push(raw)
  }

  /** The stream broke; what comes meanwhile is given after it is resumed. */
  lose(): void {
    this.change('lost')
  }

  resume(): void {
    this.change('open')
    for (const raw of this.missed.splice(0)) this.take(raw)
  }

  close(): void {
    this.change('closed')
  }

  private change(state: SignalState): void {
    this.state = state
    for (const handler of [...this.handlers]) handler.onState(state)
  }
}
