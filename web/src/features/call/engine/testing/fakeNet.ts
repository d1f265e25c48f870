import type { FakeClock } from './fakeClock'
import type { FakePeerConnection } from './fakePeerConnection'
import type { Random } from './random'

const CONNECT_MS = 60
const NOTICE_MS = 1_500
const GIVE_UP_MS = 15_000

/** The network between fake peer connections: two of them connect when their descriptions fit and a path is there. */
export class FakeNet {
  private up = true
  private readonly connections: FakePeerConnection[] = []
  private readonly deadUfrags = new Set<string>()
  private names = 0

  constructor(
    readonly clock: FakeClock,
    readonly random: Random,
  ) {}

  newName(prefix: string): string {
    this.names += 1
    return `${prefix}${String(this.names)}`
  }

  add(connection: FakePeerConnection): void {
    this.connections.push(connection)
  }

  /** Nothing gets through until `heal`. */
  cut(): void {
    this.up = false
    this.evaluate()
  }

  heal(): void {
    this.up = true
    this.evaluate()
  }

  /** Every address of before is dead, as after a change from Wi-Fi to mobile: only an ICE restart helps. */
  roam(): void {
    for (const connection of this.connections) {
      for (const ufrag of connection.localUfrags) this.deadUfrags.add(ufrag)
    }
    this.evaluate()
  }

  /** The connection at the other end of a working path, or null. */
  partnerOf(connection: FakePeerConnection): FakePeerConnection | null {
    const path = connection.path
    if (path === null || !this.up || this.deadUfrags.has(path.mine) || this.deadUfrags.has(path.theirs)) return null
    return (
      this.connections.find(
        (other) => !other.closed && other.path?.mine === path.theirs && other.path.theirs === path.mine,
      ) ?? null
    )
  }

  /** Looks at all connections again; called after everything that may change one. */
  evaluate(): void {
    for (const one of this.connections) {
      if (one.closed) continue
      this.tryPath(one)
      if (one.path === null) continue
      if (this.partnerOf(one) !== null) {
        if (one.connectionState !== 'connected') one.setState('connected')
      } else if (one.connectionState === 'connected') {
        this.loseSoon(one)
      }
    }
  }

  private tryPath(one: FakePeerConnection): void {
    const wanted = one.wantedPath
    if (wanted === null || !this.up) return
    if (one.path?.mine === wanted.mine && one.path.theirs === wanted.theirs) return
    if (this.deadUfrags.has(wanted.mine) || this.deadUfrags.has(wanted.theirs)) return
    const other = this.connections.find(
      (candidate) =>
        !candidate.closed &&
        candidate.wantedPath?.mine === wanted.theirs &&
        candidate.wantedPath.theirs === wanted.mine,
    )
    if (other === undefined) return
    this.clock.after(CONNECT_MS, () => {
      const still = one.wantedPath?.mine === wanted.mine && one.wantedPath.theirs === wanted.theirs
      const stillOther = other.wantedPath?.mine === wanted.theirs && other.wantedPath.theirs === wanted.mine
      if (!this.up || one.closed || other.closed || !still || !stillOther) return
      if (one.path?.mine === wanted.mine && one.path.theirs === wanted.theirs) return
      one.path = { ...wanted }
      other.path = { mine: wanted.theirs, theirs: wanted.mine }
      this.evaluate()
    })
  }

  private loseSoon(one: FakePeerConnection): void {
    if (one.losing) return
    one.losing = true
    this.clock.after(NOTICE_MS, () => {
      one.losing = false
      if (one.closed || this.partnerOf(one) !== null) return
      one.setState('disconnected')
      this.clock.after(GIVE_UP_MS, () => {
        if (!one.closed && one.connectionState === 'disconnected') one.setState('failed')
      })
    })
  }
}
