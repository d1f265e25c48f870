import { describe, expect, it } from 'vitest'
import { connectionOf, phaseName, Scene, type Page } from './testing/scene'

const snapshot = (page: Page) => page.call.getSnapshot()

describe('two people meet', () => {
  it('connects them, with one peer connection each and one offer', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    for (const page of [anna, boris]) {
      expect(snapshot(page).phase).toEqual({ name: 'connected' })
      expect(page.platform.connections).toHaveLength(1)
      expect(snapshot(page).remote).toMatchObject({ microphone: 'on', camera: 'on', sharing: false })
      const { voice, face } = snapshot(page).remote
      expect([voice, face].map((stream) => stream?.getTracks().map((track) => track.kind))).toEqual([['audio'], ['video']])
    }
    expect(connectionOf(boris).offers).toBe(1)
    expect(connectionOf(anna).offers).toBe(0)
  })

  it('waits truthfully for the one who is late, however long', async () => {
    const scene = new Scene()
    const anna = scene.join('polite')
    expect(phaseName(anna)).toBe('waiting')
    await scene.clock.advance(14 * 60_000)
    expect(snapshot(anna)).toMatchObject({ phase: { name: 'waiting' }, peer: 'unknown' })
    // A person who waits costs the server a few small messages a minute.
    expect(anna.seat.sent).toBeLessThan(60)
    const boris = scene.join('impolite')
    await scene.clock.advance(3_000)
    expect([phaseName(anna), phaseName(boris)]).toEqual(['connected', 'connected'])
  })

  it('connects somebody without camera and microphone', async () => {
    const scene = new Scene()
    const anna = scene.page('polite')
    anna.platform.media.failure = {
      audio: new DOMException('', 'NotFoundError'),
      video: new DOMException('', 'NotFoundError'),
    }
    void anna.call.join({ microphone: true, camera: true })
    const boris = scene.join('impolite')
    await scene.clock.advance(3_000)
    expect(phaseName(anna)).toBe('connected')
    expect(snapshot(anna).problems).toEqual(['microphone_missing', 'camera_missing'])
    expect(snapshot(boris).remote).toMatchObject({ microphone: 'lost', camera: 'off' })
  })

  it('does not wait for an unanswered question about the camera', async () => {
    const scene = new Scene()
    const anna = scene.page('polite')
    let answer = (): void => undefined
    anna.platform.media.hold = new Promise((resolve) => (answer = resolve))
    void anna.call.join({ microphone: true, camera: true })
    const boris = scene.join('impolite')
    await scene.clock.advance(3_000)
    expect(phaseName(anna)).toBe('connected')
    answer()
    await scene.clock.advance(100)
    expect(snapshot(boris).remote.microphone).toBe('on')
    const sent = connectionOf(anna)
      .getTransceivers()
      .map((one) => one.sender.track?.kind)
    expect(sent).toEqual(['audio', 'video', undefined])
  })

  it('works with clocks an hour off', async () => {
    const scene = new Scene()
    const anna = scene.join('polite', { clockErrorMs: 3_600_000 })
    const boris = scene.join('impolite', { clockErrorMs: -3_600_000 })
    await scene.clock.advance(3_000)
    expect([phaseName(anna), phaseName(boris)]).toEqual(['connected', 'connected'])
  })

  it('gives only relay candidates and no address of the person to the other', async () => {
    const scene = new Scene()
    await scene.connected()
    const told = JSON.stringify(scene.room.history)
    expect(told).toContain('typ relay raddr 0.0.0.0 rport 9')
    expect(told).not.toContain('198.51.100.9')
  })
})

describe('the device check before', () => {
  it('hands its devices over to the call, without asking again', async () => {
    const scene = new Scene()
    const anna = scene.page('polite')
    anna.call.startCheck({ microphone: true, camera: true })
    expect(phaseName(anna)).toBe('checking')
    await scene.clock.advance(500)
    void anna.call.join({ microphone: true, camera: true })
    const boris = scene.join('impolite')
    await scene.clock.advance(3_000)
    expect([phaseName(anna), phaseName(boris)]).toEqual(['connected', 'connected'])
    expect(anna.platform.media.asked).toHaveLength(1)
    expect(snapshot(boris).remote).toMatchObject({ microphone: 'on', camera: 'on' })
  })

  it('does not hinder joining while it still asks, and asks no second time', async () => {
    const scene = new Scene()
    const anna = scene.page('polite')
    anna.platform.media.hold = new Promise(() => undefined)
    anna.call.startCheck({ microphone: true, camera: true })
    await scene.clock.advance(500)
    void anna.call.join({ microphone: true, camera: true })
    const boris = scene.join('impolite')
    await scene.clock.advance(3_000)
    expect([phaseName(anna), phaseName(boris)]).toEqual(['connected', 'connected'])
    expect(anna.platform.media.asked).toHaveLength(1)
  })

  it('neither shows nor lets hear who joins without camera and microphone', async () => {
    const scene = new Scene()
    const anna = scene.page('polite')
    anna.call.startCheck({ microphone: true, camera: true })
    await scene.clock.advance(500)
    void anna.call.join({ microphone: false, camera: false })
    const boris = scene.join('impolite')
    await scene.clock.advance(3_000)
    expect(snapshot(boris).remote).toMatchObject({ microphone: 'muted', camera: 'off' })
    expect(anna.platform.media.live('video')).toEqual([])
    expect(anna.platform.media.newest('audio').enabled).toBe(false)
  })
})

describe('leaving and coming back', () => {
  it('shows a reload as away, then connects again with new epochs on both sides', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    scene.close(anna)
    await scene.clock.advance(200)
    expect(snapshot(boris)).toMatchObject({ phase: { name: 'waiting' }, peer: 'away' })
    const again = scene.join('polite')
    await scene.clock.advance(3_000)
    expect([phaseName(again), phaseName(boris)]).toEqual(['connected', 'connected'])
    expect(boris.platform.connections.map((one) => one.closed)).toEqual([true, false])
  })

  it('notices a page that died without a word, and gets it back', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    scene.kill(boris)
    await scene.clock.advance(4_000)
    expect(snapshot(anna).phase.name).toBe('reconnecting')
    await scene.clock.advance(60_000)
    expect(snapshot(anna)).toMatchObject({ phase: { name: 'waiting' }, peer: 'away' })
    const again = scene.join('impolite')
    await scene.clock.advance(3_000)
    expect([phaseName(anna), phaseName(again)]).toEqual(['connected', 'connected'])
  })

  it('tells that somebody left, and lets them come back', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    anna.call.leave()
    await scene.clock.advance(200)
    expect(snapshot(anna).phase).toEqual({ name: 'ended', reason: 'left' })
    expect(snapshot(boris)).toMatchObject({ phase: { name: 'waiting' }, peer: 'left' })
    // What still comes of the page that said goodbye is late: it does not stand in the door.
    for (const message of scene.room.history.filter((one) => one.side === 'polite')) boris.seat.take(message)
    await scene.clock.advance(120_000)
    expect(snapshot(boris)).toMatchObject({ phase: { name: 'waiting' }, peer: 'left' })
    const again = scene.join('polite')
    await scene.clock.advance(3_000)
    expect([phaseName(again), phaseName(boris)]).toEqual(['connected', 'connected'])
  })

  it('ends both when the specialist finishes, even with signalling down', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    boris.seat.lose()
    boris.call.finish()
    await scene.clock.advance(200)
    expect(snapshot(boris).phase).toEqual({ name: 'ended', reason: 'finished' })
    expect(snapshot(anna).phase).toEqual({ name: 'ended', reason: 'finished_by_peer' })
  })

  it("takes the employee's word of finishing as leaving", async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    anna.call.finish()
    await scene.clock.advance(200)
    expect(snapshot(boris)).toMatchObject({ phase: { name: 'waiting' }, peer: 'left' })
  })

  it('gives way to a second tab of the same person', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    const second = scene.join('polite')
    await scene.clock.advance(3_000)
    expect(snapshot(anna).phase).toEqual({ name: 'ended', reason: 'elsewhere' })
    expect([phaseName(second), phaseName(boris)]).toEqual(['connected', 'connected'])
  })

  it('gives way to a second tab whose clock is behind', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    scene.nodeErrorMs = -3_600_000
    const second = scene.join('polite')
    await scene.clock.advance(5_000)
    expect(snapshot(anna).phase).toEqual({ name: 'ended', reason: 'elsewhere' })
    expect([phaseName(second), phaseName(boris)]).toEqual(['connected', 'connected'])
  })

  it('comes back from the back/forward cache with a new connection', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    anna.platform.hidePage()
    await scene.clock.advance(1_000)
    expect(snapshot(boris).peer).toBe('away')
    anna.platform.restorePage()
    await scene.clock.advance(3_000)
    expect([phaseName(anna), phaseName(boris)]).toEqual(['connected', 'connected'])
  })

  it('lets go of devices, locks, timers and subscriptions at the end', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    anna.call.dispose()
    boris.call.dispose()
    await scene.clock.advance(5_000)
    for (const page of [anna, boris]) {
      expect(page.platform.media.live('audio')).toEqual([])
      expect(page.platform.media.live('video')).toEqual([])
      expect(page.platform.locks.every((lock) => lock.released)).toBe(true)
      expect(page.platform.connections.every((one) => one.closed)).toBe(true)
      expect(page.platform.subscriptions).toBe(0)
    }
    await scene.clock.advance(30_000)
    expect(scene.clock.pending).toBe(0)
  })
})

describe('a broken network', () => {
  it('heals a change of address by an ICE restart, without a new connection', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    scene.net.roam()
    await scene.clock.advance(1_600)
    expect(snapshot(anna).phase).toEqual({ name: 'reconnecting', attempt: 1 })
    await scene.clock.advance(6_000)
    for (const page of [anna, boris]) {
      expect(phaseName(page)).toBe('connected')
      expect(page.platform.connections).toHaveLength(1)
    }
  })

  it('restarts ICE at once when the browser tells of another network', async () => {
    const scene = new Scene()
    const { anna } = await scene.connected()
    scene.net.roam()
    anna.platform.changeNetwork()
    await scene.clock.advance(1_300)
    expect(phaseName(anna)).toBe('connected')
    expect(connectionOf(anna).offers).toBe(1)
  })

  it('comes back after two minutes without network, by new connections if need be', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    scene.net.cut()
    anna.seat.lose()
    await scene.clock.advance(120_000)
    expect(['reconnecting', 'waiting']).toContain(phaseName(anna))
    scene.net.roam()
    scene.net.heal()
    anna.seat.resume()
    anna.platform.setOnline(true)
    await scene.clock.advance(8_000)
    expect([phaseName(anna), phaseName(boris)]).toEqual(['connected', 'connected'])
  })

  it('keeps talking while only the signalling is lost, and says so', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    anna.seat.lose()
    await scene.clock.advance(60_000)
    expect(snapshot(anna)).toMatchObject({ phase: { name: 'connected' }, problems: ['signalling_lost'] })
    expect(phaseName(boris)).toBe('connected')
  })

  it('sends what waited for the signalling as soon as that is back', async () => {
    const scene = new Scene()
    const anna = scene.join('polite')
    const boris = scene.join('impolite')
    while (!scene.room.history.some((one) => one.body.kind === 'description')) await scene.clock.advance(1)
    boris.seat.lose()
    await scene.clock.advance(3_000)
    expect(phaseName(boris)).toBe('connecting')
    boris.seat.resume()
    await scene.clock.advance(1_000)
    expect([phaseName(anna), phaseName(boris)]).toEqual(['connected', 'connected'])
  })

  it('acts on another network when the signalling is back, if that was gone with the old one', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    scene.net.roam()
    anna.seat.lose()
    anna.platform.changeNetwork()
    await scene.clock.advance(700)
    anna.seat.resume()
    await scene.clock.advance(600)
    expect(connectionOf(anna).offers).toBe(1)
    expect([phaseName(anna), phaseName(boris)]).toEqual(['connected', 'connected'])
  })

  it('shows the number of the attempt', async () => {
    const scene = new Scene()
    const { anna } = await scene.connected()
    scene.net.cut()
    await scene.clock.advance(14_000)
    expect(snapshot(anna).phase).toEqual({ name: 'reconnecting', attempt: 3 })
  })
})
