import { describe, expect, it } from 'vitest'
import { AccessRefused } from './access'
import { connectionOf, phaseName, Scene, SERVER_START, type Page } from './testing/scene'

const snapshot = (page: Page) => page.call.getSnapshot()

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
    const asked = anna.granted.length
    for (let hint = 0; hint < 20; hint += 1) boris.call.announceExtension()
    await scene.clock.advance(1_000)
    expect(anna.granted.length - asked).toBe(1)
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
    expect(snapshot(boris)).toMatchObject({
      remote: { camera: 'off', heldBackBy: 'choice' },
      quality: { heldBackBy: 'peer_choice', sending: 'audio_only', isCameraPaused: true },
    })
    expect(snapshot(anna).remote).toMatchObject({ camera: 'paused', heldBackBy: 'peer_choice' })
    const video = connectionOf(boris).getTransceivers()[1]?.sender.parameters.encodings[0]
    expect(video?.active).toBe(false)
    await anna.call.setAudioOnly(false)
    await scene.clock.advance(100)
    expect(snapshot(boris).quality.heldBackBy).toBe('nobody')
    expect(snapshot(boris).remote).toMatchObject({ camera: 'on', heldBackBy: 'nobody' })
    expect(snapshot(anna).remote).toMatchObject({ camera: 'on', heldBackBy: 'nobody' })
    expect(connectionOf(boris).getTransceivers()[1]?.sender.parameters.encodings[0]?.active).toBe(true)
  })

  it('enters with sound alone where that was chosen before, and has the camera back afterwards', async () => {
    const scene = new Scene()
    const anna = scene.page('polite')
    await anna.call.setAudioOnly(true)
    await anna.call.join({ microphone: true, camera: true })
    await scene.clock.advance(100)
    expect(snapshot(anna)).toMatchObject({ audioOnly: true, local: { camera: 'off', microphone: 'on' } })
    await anna.call.setAudioOnly(false)
    expect(snapshot(anna)).toMatchObject({ audioOnly: false, local: { camera: 'on' } })
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
