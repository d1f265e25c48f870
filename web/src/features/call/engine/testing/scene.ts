import type { CallAccess } from '../access'
import { CallViewModel } from '../callViewModel'
import type { Side } from '../signal/message'
import { FakeClock } from './fakeClock'
import { FakeNet } from './fakePeerConnection'
import { FakePlatform } from './fakePlatform'
import { MemoryRoom, type Seat } from './memoryRoom'
import { Random } from './random'

/** The server's time at the beginning of every scene; far from the fake clock's zero. */
export const SERVER_START = Date.UTC(2026, 10, 23, 16, 0)
const MINUTE = 60_000

/** One page of one person. */
export interface Page {
  readonly side: Side
  readonly tab: string
  readonly platform: FakePlatform
  readonly seat: Seat
  readonly call: CallViewModel
  /** Raised by each page of the scene: the user name of the relay credentials it got. */
  readonly granted: CallAccess[]
}

export interface PageOptions {
  readonly clockErrorMs?: number
  /** The tab of an earlier page, which this one replaces. */
  readonly tab?: string
}

/** Two people, their browsers, the room and the network, all on one clock moved by hand. */
export class Scene {
  readonly clock = new FakeClock()
  readonly random: Random
  readonly net: FakeNet
  readonly room: MemoryRoom
  /** How long the server grants access for. */
  lifetimeMs = 3_600_000
  /** Thrown by the server's answer to a page asking for access. */
  accessError: Error | null = null
  startsAt = SERVER_START
  endsAt = SERVER_START + 50 * MINUTE
  closesAt = SERVER_START + 60 * MINUTE
  private names = 0
  private tabs = 0

  constructor(seed = 1) {
    this.random = new Random(seed)
    this.net = new FakeNet(this.clock, this.random)
    this.room = new MemoryRoom(this.clock, this.random)
  }

  get serverNow(): number {
    return SERVER_START + this.clock.now()
  }

  /** What the server's node that answers the next pages has wrong of the time. */
  nodeErrorMs = 0

  /** A page is opened; `clockErrorMs` is what it believes wrongly of the server's time at first. */
  page(side: Side, { clockErrorMs = 0, tab = this.newTab() }: PageOptions = {}): Page {
    const { nodeErrorMs } = this
    const platform = this.browser(tab)
    const seat = this.room.seat(side)
    const granted: CallAccess[] = []
    const call = new CallViewModel({
      platform,
      side,
      channel: seat,
      serverNow: this.serverNow + nodeErrorMs + clockErrorMs,
      fetchAccess: () => {
        if (this.accessError !== null) return Promise.reject(this.accessError)
        const access = this.grant(nodeErrorMs)
        granted.push(access)
        return Promise.resolve(access)
      },
    })
    return { side, tab, platform, seat, call, granted }
  }

  /** A browser tab with nothing in it. */
  browser(tab = this.newTab()): FakePlatform {
    return new FakePlatform(this.clock, this.net, new Random(this.random.below(2 ** 31)), tab)
  }

  /** A page is opened and joins at once with camera and microphone. */
  join(side: Side, options: PageOptions = {}): Page {
    const page = this.page(side, options)
    void page.call.join({ microphone: true, camera: true })
    return page
  }

  /** Both join and are connected. */
  async connected(): Promise<{ anna: Page; boris: Page }> {
    const anna = this.join('polite')
    const boris = this.join('impolite')
    await this.clock.advance(3_000)
    return { anna, boris }
  }

  /** The page is closed or reloaded by the browser. */
  close(page: Page): void {
    page.platform.hidePage()
    this.kill(page)
  }

  /** The page is gone without a word: a crash, an empty battery. */
  kill(page: Page): void {
    page.seat.close()
    page.platform.vanish()
  }

  private newTab(): string {
    this.tabs += 1
    return `tab${String(this.tabs)}`
  }

  private grant(nodeErrorMs: number): CallAccess {
    this.names += 1
    const serverNow = this.serverNow + nodeErrorMs
    const credentials = { username: `user-${String(this.names)}`, credential: 'secret' }
    return {
      iceServers: [{ urls: ['turn:relay.test:3478?transport=udp'], ...credentials }],
      expiresAt: serverNow + this.lifetimeMs,
      serverNow,
      times: { startsAt: this.startsAt, endsAt: this.endsAt, closesAt: this.closesAt },
    }
  }
}

export function phaseName(page: Page): string {
  return page.call.getSnapshot().phase.name
}

/** The peer connection that a page uses now. */
export function connectionOf(page: Page): FakePlatform['connections'][number] {
  const connection = page.platform.connections.findLast((one) => !one.closed)
  if (connection === undefined) throw new Error('no open connection')
  return connection
}
