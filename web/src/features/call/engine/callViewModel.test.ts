import { describe, expect, it } from 'vitest'
import { AccessRefused } from './access'
import { connectionOf, phaseName, Scene, SERVER_START, type Page } from './testing/scene'

const snapshot = (page: Page) => page.call.getSnapshot()

describe('two people meet', () => {
  it('connects them, with one peer connection each and one offer', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    for (const page of [anna, boris]) {
      expect(snapshot(page).phase).toEqual({ name: 'connected' })
      expect(page.platform.connections).toHaveLength(1)
      expect(snapshot(page).remote).toMatchObject({ microphone: 'on', camera: 'on', sharing: false })
      expect(
        snapshot(page)
          .remote.stream?.getTracks()
          .map((track) => track.kind),
      ).toEqual(['audio', 'video'])
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
    anna.call.startCheck()
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
    anna.call.startCheck()
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
    anna.call.startCheck()
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

  it('shows the number of the attempt', async () => {
    const scene = new Scene()
    const { anna } = await scene.connected()
    scene.net.cut()
    await scene.clock.advance(14_000)
    expect(snapshot(anna).phase).toEqual({ name: 'reconnecting', attempt: 3 })
  })
})

describe('access', () => {
  it('moves to fresh credentials before the old ones run out', async () => {
    const scene = new Scene()
    scene.lifetimeMs = 10 * 60_000
    scene.closesAt = SERVER_START + 120 * 60_000
    const { anna } = await scene.connected()
    const connection = connectionOf(anna)
    await scene.clock.advance(9.5 * 60_000)
    expect(anna.granted).toHaveLength(2)
    expect(connection.configuration.iceServers?.[0]?.username).toBe(anna.granted[1]?.iceServers[0]?.username)
    // Either side's ICE restart makes both gather anew.
    const offers = connection.offers + connectionOf(anna).offers
    expect(offers).toBeGreaterThan(0)
    expect(phaseName(anna)).toBe('connected')
    expect(anna.platform.connections).toHaveLength(1)
  })

  it('goes on asking while the server is away, and says so', async () => {
    const scene = new Scene()
    scene.accessError = new Error('offline')
    const anna = scene.join('polite')
    await scene.clock.advance(5_000)
    expect(snapshot(anna)).toMatchObject({ phase: { name: 'waiting' }, problems: ['access_trouble'] })
    scene.accessError = null
    const boris = scene.join('impolite')
    await scene.clock.advance(15_000)
    expect([phaseName(anna), phaseName(boris)]).toEqual(['connected', 'connected'])
    expect(snapshot(anna).problems).toEqual([])
  })

  it('ends with the reason when the server refuses', async () => {
    const scene = new Scene()
    scene.accessError = new AccessRefused('cancelled')
    const anna = scene.join('polite')
    await scene.clock.advance(100)
    expect(snapshot(anna)).toMatchObject({ phase: { name: 'ended', reason: 'refused' }, refusal: 'cancelled' })
  })

  it('ends when the server closes the room', async () => {
    const scene = new Scene()
    const { anna } = await scene.connected()
    anna.seat.close()
    expect(snapshot(anna).phase).toEqual({ name: 'ended', reason: 'room_closed' })
  })
})

describe('time', () => {
  it('follows the agreed times by the server clock', async () => {
    const scene = new Scene()
    scene.startsAt = SERVER_START + 60_000
    scene.endsAt = SERVER_START + 51 * 60_000
    const { anna } = await scene.connected()
    const stage = () => snapshot(anna).time?.stage
    expect(stage()).toBe('early')
    await scene.clock.advance(60_000)
    expect(stage()).toBe('running')
    await scene.clock.advance(45 * 60_000)
    expect(stage()).toBe('ending')
    await scene.clock.advance(5 * 60_000)
    expect(stage()).toBe('overtime')
    await scene.clock.advance(9 * 60_000)
    expect(snapshot(anna).phase).toEqual({ name: 'ended', reason: 'time_over' })
  })

  it('learns of an extension from the other side, but believes only the server', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    await scene.clock.advance(47 * 60_000)
    expect(snapshot(anna).time?.stage).toBe('ending')
    boris.call.announceExtension()
    await scene.clock.advance(6_000)
    expect(snapshot(anna).time?.stage).toBe('ending')
    scene.endsAt += 30 * 60_000
    scene.closesAt += 30 * 60_000
    boris.call.announceExtension()
    await scene.clock.advance(1_000)
    expect(snapshot(anna).time).toMatchObject({ stage: 'running', endsAt: scene.endsAt })
  })

  it('asks once more before it closes the room, because the extension may have gone unheard', async () => {
    const scene = new Scene()
    const { anna } = await scene.connected()
    scene.endsAt += 30 * 60_000
    scene.closesAt += 30 * 60_000
    anna.call.setTimes({ startsAt: SERVER_START, endsAt: scene.serverNow, closesAt: scene.serverNow + 1_000 })
    await scene.clock.advance(2_000)
    expect(snapshot(anna)).toMatchObject({ phase: { name: 'connected' }, time: { stage: 'running' } })
  })
})

describe('media told to the other side', () => {
  it('tells mute, camera and sharing at once', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    anna.call.setMuted(true)
    await anna.call.setCamera(false)
    await anna.call.startSharing()
    await scene.clock.advance(100)
    expect(snapshot(boris).remote).toMatchObject({ microphone: 'muted', camera: 'off', sharing: true })
    expect(anna.platform.media.newest('audio').enabled).toBe(false)
    expect(anna.platform.media.live('audio')).toHaveLength(1)
    const senders = connectionOf(anna)
      .getTransceivers()
      .map((one) => one.sender)
    expect(senders[1]?.track).toBeNull()
    expect(senders[2]?.track).not.toBeNull()
    anna.call.stopSharing()
    await scene.clock.advance(100)
    expect(snapshot(boris).remote.sharing).toBe(false)
    expect(connectionOf(anna).offers + connectionOf(boris).offers).toBe(1)
  })

  it('stops the video of both for the choice of sound alone, and brings it back', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    await anna.call.setAudioOnly(true)
    await scene.clock.advance(100)
    expect(snapshot(anna)).toMatchObject({ audioOnly: true, quality: { heldBackBy: 'choice', sending: 'audio_only' } })
    expect(anna.platform.media.live('video')).toEqual([])
    expect(snapshot(boris).quality).toMatchObject({ heldBackBy: 'peer', sending: 'audio_only' })
    expect(snapshot(anna).remote.camera).toBe('paused')
    const video = connectionOf(boris).getTransceivers()[1]?.sender.parameters.encodings[0]
    expect(video?.active).toBe(false)
    await anna.call.setAudioOnly(false)
    await scene.clock.advance(100)
    expect(snapshot(boris).quality.heldBackBy).toBe('nobody')
    expect(snapshot(boris).remote.camera).toBe('on')
    expect(connectionOf(boris).getTransceivers()[1]?.sender.parameters.encodings[0]?.active).toBe(true)
  })

  it('takes a tap on the camera as the end of sound alone', async () => {
    const scene = new Scene()
    const { anna } = await scene.connected()
    await anna.call.setAudioOnly(true)
    await anna.call.setCamera(true)
    expect(snapshot(anna)).toMatchObject({ audioOnly: false, local: { camera: 'on' } })
  })

  it('asks for the screen to stay on, again after the page was hidden', async () => {
    const scene = new Scene()
    const { anna } = await scene.connected()
    expect(anna.platform.locks).toHaveLength(1)
    anna.platform.setVisible(false)
    anna.platform.setVisible(true)
    await scene.clock.advance(10)
    expect(anna.platform.locks.map((lock) => lock.released)).toEqual([true, false])
  })
})

describe('quality', () => {
  const lossReport = (fractionLost: number) => [
    { id: 'out-a', type: 'outbound-rtp', kind: 'audio', bytesSent: 80, packetsSent: 1, active: true },
    { id: 'rin-a', type: 'remote-inbound-rtp', kind: 'audio', localId: 'out-a', fractionLost },
  ]

  it('reduces, then pauses the video when packets are lost, and returns by itself; sound goes on', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    const connection = connectionOf(anna)
    connection.statsEntries = lossReport(0.3)
    await scene.clock.advance(6_000)
    expect(snapshot(anna).quality).toMatchObject({
      level: 'bad',
      reasons: ['outgoing_loss'],
      sending: 'reduced',
      heldBackBy: 'network',
    })
    await scene.clock.advance(4_000)
    expect(snapshot(anna).quality.sending).toBe('audio_only')
    expect(snapshot(boris).remote).toMatchObject({ camera: 'paused', microphone: 'on' })
    const [microphone] = connection.getTransceivers()
    expect(microphone?.sender.track?.readyState).toBe('live')
    connection.statsEntries = lossReport(0)
    await scene.clock.advance(60_000)
    expect(snapshot(anna).quality).toMatchObject({ level: 'good', sending: 'full', heldBackBy: 'nobody' })
    expect(snapshot(boris).remote.camera).toBe('on')
  })
})

describe('verification', () => {
  const words = (page: Page) => {
    const { verification } = snapshot(page)
    return verification.status === 'ready' ? verification.code.words.ru.join(' ') : verification.status
  }

  it('shows the same words on both ends and keeps them over a rebuilt connection', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    const before = words(anna)
    expect(before.split(' ')).toHaveLength(5)
    expect(words(boris)).toBe(before)
    anna.call.confirmVerification()
    scene.net.cut()
    await scene.clock.advance(30_000)
    expect(words(anna)).toBe('pending')
    scene.net.heal()
    await scene.clock.advance(40_000)
    expect(phaseName(anna)).toBe('connected')
    expect(anna.platform.connections.length).toBeGreaterThan(1)
    expect([words(anna), words(boris)]).toEqual([before, before])
    expect(snapshot(anna).verification).toMatchObject({ confirmed: true, changed: false })
  })

  it('shows new words, unconfirmed, after the other page was reloaded', async () => {
    const scene = new Scene()
    const { anna, boris } = await scene.connected()
    const before = words(boris)
    boris.call.confirmVerification()
    scene.close(anna)
    const again = scene.join('polite')
    await scene.clock.advance(3_000)
    expect(words(boris)).toBe(words(again))
    expect(words(boris)).not.toBe(before)
    expect(snapshot(boris).verification).toMatchObject({ confirmed: false, changed: true })
  })
})

describe('the snapshot', () => {
  it('keeps its identity while nothing changes', async () => {
    const scene = new Scene()
    const { anna } = await scene.connected()
    await scene.clock.advance(1_000)
    let changes = 0
    anna.call.subscribe(() => (changes += 1))
    const before = snapshot(anna)
    await scene.clock.advance(20_000)
    expect(changes).toBe(0)
    expect(snapshot(anna)).toBe(before)
  })
})
