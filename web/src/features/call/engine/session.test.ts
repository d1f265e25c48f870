import { describe, expect, it } from 'vitest'
import type { Side } from './signal/message'
import { connectionOf, phaseName, Scene, type Page } from './testing/scene'

/** What may go wrong, each with how it is done and undone. */
const MISHAPS = [
  'lose',
  'resume',
  'cut',
  'heal',
  'roam',
  'reload',
  'crash',
  'second_page',
  'network',
  'rebuild',
] as const

const WORST = { loss: 0.25, double: 0.25, delayMs: 1_500, replay: 0.25 }

/** Pages come, go and suffer; whatever the history, one page of each side must hold the call in the end. */
class Chaos {
  readonly scene: Scene
  private readonly pages: Page[] = []

  constructor(seed: number) {
    this.scene = new Scene(seed)
    this.scene.room.badness = { ...WORST }
    this.scene.closesAt += 24 * 3_600_000
    this.scene.endsAt += 24 * 3_600_000
    this.open('polite')
    this.open('impolite')
  }

  /** Pages which have not ended. */
  living(side: Side): Page[] {
    return this.pages.filter((page) => page.side === side && phaseName(page) !== 'ended')
  }

  async mishap(): Promise<void> {
    const { scene } = this
    const { random } = scene
    const page = random.pick(this.living(random.pick<Side>(['polite', 'impolite'])))
    switch (random.pick(MISHAPS)) {
      case 'lose':
        page.seat.lose()
        break
      case 'resume':
        page.seat.resume()
        break
      case 'cut':
        scene.net.cut()
        break
      case 'heal':
        scene.net.heal()
        break
      case 'roam':
        scene.net.roam()
        break
      case 'reload':
        scene.close(page)
        this.open(page.side, page.tab)
        break
      case 'crash':
        scene.kill(page)
        await scene.clock.advance(random.below(20_000))
        this.open(page.side, page.tab)
        break
      case 'second_page':
        scene.nodeErrorMs = random.pick([-2_000, 0, 2_000])
        this.open(page.side)
        scene.nodeErrorMs = 0
        break
      case 'network':
        page.platform.changeNetwork()
        break
      case 'rebuild':
        page.platform.restorePage()
        break
    }
    await scene.clock.advance(random.below(8_000))
  }

  /** Everything works again, but not perfectly, for long enough. */
  async calm(): Promise<void> {
    this.scene.room.badness = { loss: 0.1, double: 0.2, delayMs: 500, replay: 0.1 }
    for (const page of this.pages) if (phaseName(page) !== 'ended') page.seat.resume()
    this.scene.net.heal()
    await this.scene.clock.advance(150_000)
  }

  private open(side: Side, tab?: string): void {
    this.pages.push(this.scene.join(side, tab === undefined ? {} : { tab }))
  }
}

describe('two pages converge to one connection', () => {
  const seeds = Array.from({ length: 40 }, (_, index) => index + 1)

  it.each(seeds)('after loss, doubles, disorder, replays, cuts, reloads and second pages (seed %i)', async (seed) => {
    const chaos = new Chaos(seed)
    await chaos.scene.clock.advance(2_000)
    for (let mishap = 0; mishap < 14; mishap += 1) await chaos.mishap()
    await chaos.calm()
    const [[anna, ...otherAnnas], [boris, ...otherBorises]] = [chaos.living('polite'), chaos.living('impolite')]
    expect([...otherAnnas, ...otherBorises]).toEqual([])
    if (anna === undefined || boris === undefined) throw new Error('a side is empty')
    expect([phaseName(anna), phaseName(boris)]).toEqual(['connected', 'connected'])
    expect(chaos.scene.net.partnerOf(connectionOf(anna))).toBe(connectionOf(boris))
    for (const page of [anna, boris]) {
      expect(page.platform.connections.filter((one) => !one.closed)).toHaveLength(1)
      expect(connectionOf(page).getTransceivers()).toHaveLength(3)
      // What is told over the control channel arrives, so the channel works as well.
      expect(page.call.getSnapshot().remote).toMatchObject({ microphone: 'on', camera: 'on' })
    }
    const [code, other] = [anna, boris].map((page) => page.call.getSnapshot().verification)
    expect(code?.status).toBe('ready')
    expect(code?.status === 'ready' && code.code).toEqual(other?.status === 'ready' && other.code)
  })
})

describe('glare', () => {
  it('is resolved when both restart ICE at the same moment, many times', async () => {
    const scene = new Scene(7)
    scene.room.badness = { loss: 0, double: 0.3, delayMs: 300, replay: 0.2 }
    const { anna, boris } = await scene.connected()
    let collisions = 0
    for (let round = 0; round < 25; round += 1) {
      scene.net.roam()
      const before = connectionOf(anna).offers + connectionOf(boris).offers
      anna.platform.changeNetwork()
      boris.platform.changeNetwork()
      await scene.clock.advance(6_000)
      if (connectionOf(anna).offers + connectionOf(boris).offers - before > 1) collisions += 1
      expect([phaseName(anna), phaseName(boris)]).toEqual(['connected', 'connected'])
    }
    expect(collisions).toBeGreaterThan(5)
    expect(anna.platform.connections).toHaveLength(1)
    expect(boris.platform.connections).toHaveLength(1)
  })
})

describe('hostile or broken messages', () => {
  it('survives nonsense on the channel', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    const seen = scene.room.history.find(
      (message) => message.side === 'impolite' && message.body.kind === 'description',
    )
    for (const raw of [
      null,
      1,
      'x',
      [],
      {},
      { v: 1 },
      { ...seen, v: 2 },
      { ...seen, seq: -1 },
      { ...seen, body: {} },
    ]) {
      anna.seat.take(raw)
    }
    await scene.clock.advance(1_000)
    expect([phaseName(anna), phaseName(boris)]).toEqual(['connected', 'connected'])
    expect(anna.platform.connections).toHaveLength(1)
  })

  it('makes a new connection when a description carries another certificate than before', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    const offer = scene.room.history.find(
      (message) => message.body.kind === 'description' && message.side === 'impolite',
    )
    if (offer?.body.kind !== 'description') throw new Error('no offer')
    const highest = Math.max(...scene.room.history.filter((one) => one.side === 'impolite').map((one) => one.seq))
    const forged = { ...offer.body, sdp: offer.body.sdp.replaceAll(/sha-256 ..:/g, 'sha-256 00:') }
    anna.seat.take({ ...offer, seq: highest + 1, body: forged })
    await scene.clock.advance(5_000)
    expect(anna.platform.connections.map((one) => one.closed)).toEqual([true, false])
    expect([phaseName(anna), phaseName(boris)]).toEqual(['connected', 'connected'])
  })
})
