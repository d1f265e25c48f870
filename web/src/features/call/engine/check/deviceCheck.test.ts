import { describe, expect, it } from 'vitest'
import { LocalMedia } from '../media/localMedia'
import type { FakePeerConnection } from '../testing/fakePeerConnection'
import { Scene } from '../testing/scene'
import { adviceOf, DeviceCheck, type DeviceCheckState } from './deviceCheck'
import { relayProtocolOf, serversFor } from './relayProbe'
import { judgeLoop, runSelfLoop } from './selfLoop'

describe('relay addresses', () => {
  it.each([
    ['turn:relay.test:3478?transport=udp', 'udp'],
    ['turn:relay.test:3478', 'udp'],
    ['turn:relay.test:3478?transport=tcp', 'tcp'],
    ['turns:relay.test:443?transport=tcp', 'tls'],
    ['turns:relay.test:443', 'tls'],
    ['stun:relay.test:3478', null],
  ])('%s is reached over %s', (url, protocol) => {
    expect(relayProtocolOf(url)).toBe(protocol)
  })

  it('are picked by protocol, with their credentials', () => {
    const servers = [{ urls: ['turn:a?transport=udp', 'turns:a?transport=tcp'], username: 'u', credential: 'c' }]
    expect(serversFor(servers, 'tls')).toEqual([{ urls: ['turns:a?transport=tcp'], username: 'u', credential: 'c' }])
    expect(serversFor(servers, 'tcp')).toEqual([])
  })
})

describe('judgeLoop', () => {
  const steady = Array.from({ length: 500 }, () => 60)

  it('measures a good line', () => {
    expect(judgeLoop(500, steady, 600_000, 5_000)).toEqual({
      outcome: 'measured',
      rttMs: 60,
      jitterMs: 0,
      lossRatio: 0,
      throughputKbps: 960,
      level: 'good',
    })
  })

  it.each<[string, Parameters<typeof judgeLoop>, string]>([
    ['loss', [560, steady, 600_000, 5_000], 'weak'],
    ['heavy loss', [1_000, steady, 600_000, 5_000], 'bad'],
    ['delay', [500, steady.map(() => 700), 600_000, 5_000], 'weak'],
    ['long delay', [500, steady.map(() => 1_500), 600_000, 5_000], 'bad'],
    ['unsteadiness', [500, steady.map((_, index) => (index % 2) * 200), 600_000, 5_000], 'weak'],
    ['little room', [500, steady, 200_000, 5_000], 'weak'],
    ['no room', [500, steady, 40_000, 5_000], 'bad'],
  ])('calls %s by its name', (_, input, level) => {
    expect(judgeLoop(...input)).toMatchObject({ level })
  })

  it('fails when nothing came back', () => {
    expect(judgeLoop(500, [], 0, 5_000)).toEqual({ outcome: 'failed', stage: 'measure' })
  })
})

describe('runSelfLoop', () => {
  it('keeps the candidates that come before the other end can take them', async () => {
    const scene = new Scene()
    const platform = scene.browser()
    const create = platform.createPeerConnection.bind(platform)
    platform.createPeerConnection = (configuration) => {
      const connection = create(configuration) as unknown as FakePeerConnection
      const apply = connection.setRemoteDescription.bind(connection)
      connection.setRemoteDescription = async (description) => {
        await new Promise<void>((resolve) => scene.clock.after(1_000, resolve))
        await apply(description)
      }
      return connection as unknown as RTCPeerConnection
    }
    const loop = runSelfLoop(platform, [], 'all')
    await scene.clock.advance(15_000)
    expect(await loop).toMatchObject({ outcome: 'measured' })
  })

  it('says that it could not connect', async () => {
    const scene = new Scene()
    scene.net.cut()
    const loop = runSelfLoop(scene.browser(), [], 'relay')
    await scene.clock.advance(10_000)
    expect(await loop).toEqual({ outcome: 'failed', stage: 'connect' })
  })
})

describe('adviceOf', () => {
  const done = <T>(result: T) => ({ status: 'done' as const, result })
  const reachable = done({ outcome: 'reachable' as const, tookMs: 80 })
  const closed = done({ outcome: 'unreachable' as const })
  const good = judgeLoop(10, Array<number>(10).fill(50), 1_000_000, 5_000)
  const fine: Omit<DeviceCheckState, 'advice'> = {
    permission: { microphone: 'granted', camera: 'granted' },
    microphone: done({ outcome: 'working', heard: true }),
    camera: done({ outcome: 'working' }),
    speaker: { status: 'waiting' },
    relay: { udp: reachable, tcp: reachable, tls: reachable },
    loop: done(good),
  }
  const failed = done({ outcome: 'failed' as const, error: 'not_found' as const })
  const noLoop = done({ outcome: 'failed' as const, stage: 'connect' as const })

  it.each<[string, Partial<DeviceCheckState>, string]>([
    ['all is well', {}, 'video'],
    ['only TLS gets through', { relay: { udp: closed, tcp: closed, tls: reachable } }, 'video'],
    ['there is no camera', { camera: failed }, 'sound'],
    ['the line is bad', { loop: done({ ...good, level: 'bad' } as typeof good) }, 'sound'],
    ['the loop failed but the relay answers', { loop: noLoop }, 'sound'],
    ['there is no microphone', { microphone: failed }, 'text'],
    ['nothing gets through', { relay: { udp: closed, tcp: closed, tls: closed }, loop: noLoop }, 'text'],
    ['it is still running', { loop: { status: 'running' } }, 'unknown'],
  ])('when %s', (_, change, advice) => {
    expect(adviceOf({ ...fine, ...change })).toBe(advice)
  })
})

function setUp(devices = { microphone: true, camera: true }) {
  const scene = new Scene()
  const platform = scene.browser()
  const media = new LocalMedia(platform, () => undefined)
  const urls = ['turn:r?transport=udp', 'turn:r?transport=tcp']
  const check = new DeviceCheck({
    platform,
    media,
    devices,
    transport: 'relay',
    fetchAccess: () =>
      Promise.resolve({
        iceServers: [{ urls, username: 'u', credential: 'c' }],
        expiresAt: 0,
        serverNow: 0,
        times: { startsAt: 0, endsAt: 0, closesAt: 0 },
      }),
  })
  return { scene, clock: scene.clock, platform, media, check, state: () => check.store.getSnapshot() }
}

const urlsOf = (connection: FakePeerConnection): string => JSON.stringify(connection.configuration.iceServers)

describe('DeviceCheck', () => {
  it('opens the devices, reaches the relay over what is offered, and is ready for the loop', async () => {
    const { clock, platform, state, check } = setUp()
    void check.run()
    await clock.advance(200)
    expect(state()).toMatchObject({
      permission: { microphone: 'granted', camera: 'granted' },
      camera: { status: 'done', result: { outcome: 'working' } },
      microphone: { status: 'done', result: { outcome: 'working', heard: false } },
      relay: {
        udp: { status: 'done', result: { outcome: 'reachable' } },
        tcp: { status: 'done', result: { outcome: 'reachable' } },
        tls: { status: 'done', result: { outcome: 'not_offered' } },
      },
      loop: { status: 'running' },
    })
    const [udp] = platform.connections
    expect(udp === undefined ? '' : urlsOf(udp)).toContain('transport=udp')
    expect(platform.connections.slice(0, 2).every((one) => one.closed)).toBe(true)
    await clock.advance(8_000)
    expect(state().loop).toMatchObject({ status: 'done', result: { outcome: 'measured', lossRatio: 0 } })
    expect(state().advice).toBe('video')
    expect(platform.connections.every((one) => one.closed)).toBe(true)
  })

  it.each([
    [{ microphone: true, camera: false }, ['audio']],
    [{ microphone: false, camera: false }, []],
  ])('opens nothing that the consultation is not held with: %o', async (devices, kinds) => {
    const { clock, media, platform, state, check } = setUp(devices)
    void check.run()
    await clock.advance(200)
    expect(platform.media.given.map((track) => track.kind)).toEqual(kinds)
    expect(media.state.camera).toBe('off')
    expect(state().camera).toEqual({ status: 'waiting' })
  })

  it('tells a relay that refuses from one that is not there', async () => {
    const { clock, platform, state, check } = setUp()
    const create = platform.createPeerConnection.bind(platform)
    platform.createPeerConnection = (configuration) => {
      const connection = create(configuration) as unknown as FakePeerConnection
      connection.setLocalDescription = () => {
        const errorCode = urlsOf(connection).includes('udp') ? 401 : 701
        connection.dispatchEvent(Object.assign(new Event('icecandidateerror'), { errorCode }))
        return Promise.resolve()
      }
      return connection as unknown as RTCPeerConnection
    }
    void check.run()
    await clock.advance(5_100)
    expect(state().relay).toMatchObject({
      udp: { result: { outcome: 'refused' } },
      tcp: { result: { outcome: 'unreachable' } },
    })
  })

  it('hears a voice, and passes the level on beside the state', async () => {
    const { clock, platform, state, check } = setUp()
    const levels: number[] = []
    check.subscribeLevel((level) => levels.push(level))
    void check.run()
    await clock.advance(500)
    platform.loudness = 0.2
    await clock.advance(200)
    expect(state().microphone).toMatchObject({ result: { heard: false } })
    await clock.advance(200)
    expect(state().microphone).toMatchObject({ result: { heard: true } })
    expect(levels.at(-1)).toBe(0.2)
    expect(levels.length).toBeGreaterThanOrEqual(8)
  })

  it('plays a tone where it is asked to and takes the answer', async () => {
    const { platform, state, check } = setUp()
    await check.testSpeaker('out-1')
    expect(platform.tones).toEqual(['out-1'])
    expect(state().speaker).toEqual({ status: 'done', result: 'played' })
    check.answerSpeaker(false)
    expect(state().speaker).toEqual({ status: 'done', result: 'not_heard' })
    platform.toneFails = true
    await check.testSpeaker()
    expect(state().speaker).toEqual({ status: 'done', result: 'failed' })
  })

  it('says what is missing', async () => {
    const { clock, platform, state, check } = setUp()
    platform.media.failure = { audio: new DOMException('', 'NotFoundError') }
    void check.run()
    await clock.advance(200)
    expect(state()).toMatchObject({
      microphone: { result: { outcome: 'failed', error: 'not_found' } },
      camera: { result: { outcome: 'working' } },
      advice: 'text',
    })
  })

  it('leaves nothing running behind when it is closed', async () => {
    const { clock, platform, media, check } = setUp()
    void check.run()
    await clock.advance(1_000)
    check.close()
    media.close()
    await clock.advance(30_000)
    expect(platform.connections.every((one) => one.closed)).toBe(true)
    expect(clock.pending).toBe(0)
  })
})
