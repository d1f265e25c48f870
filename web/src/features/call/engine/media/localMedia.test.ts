import { describe, expect, it } from 'vitest'
import type { Slot } from '../peer/peerLink'
import { Scene } from '../testing/scene'
import { LocalMedia } from './localMedia'

function setUp() {
  const scene = new Scene()
  const platform = scene.browser()
  const sent: Record<Slot, MediaStreamTrack | null> = { microphone: null, camera: null, screen: null }
  const local = new LocalMedia(platform, (slot, track) => (sent[slot] = track))
  return { clock: scene.clock, platform, media: platform.media, sent, local }
}

const error = (name: string, message = ''): DOMException => new DOMException(message, name)

describe('opening', () => {
  it('asks once for both, gently, and lists the devices', async () => {
    const { media, sent, local } = setUp()
    await local.open({ microphone: true, camera: true })
    expect(media.asked).toHaveLength(1)
    const text = JSON.stringify(media.asked[0])
    expect(text).toContain('"echoCancellation":{"ideal":true}')
    expect(text).not.toContain('exact')
    expect(local.state).toMatchObject({ microphone: 'on', camera: 'on', microphones: [{ id: 'mic-1' }] })
    expect([sent.microphone?.kind, sent.camera?.kind]).toEqual(['audio', 'video'])
  })

  it('goes on with the devices of before, and with others if they are gone', async () => {
    const { media, local } = setUp()
    await local.open({ microphone: true, camera: true, microphoneId: 'mic-2', cameraId: 'camera-2', facing: 'environment' })
    const text = JSON.stringify(media.asked[0])
    expect(text).toContain('"exact":"mic-2"')
    expect(text).toContain('"exact":"camera-2"')
    expect(local.state).toMatchObject({ microphone: 'on', camera: 'on', facing: 'environment' })
  })

  it('keeps the voice when there is no camera', async () => {
    const { media, local } = setUp()
    media.failure = { video: error('NotFoundError') }
    await local.open({ microphone: true, camera: true })
    expect(local.state).toMatchObject({ microphone: 'on', camera: 'failed', cameraError: 'not_found' })
  })

  it('does not ask a second time after a refusal', async () => {
    const { media, local } = setUp()
    media.failure = { audio: error('NotAllowedError'), video: error('NotAllowedError') }
    media.permissions = { audio: 'denied', video: 'denied' }
    await local.open({ microphone: true, camera: true })
    expect(media.asked).toHaveLength(1)
    expect(local.state).toMatchObject({ microphoneError: 'denied', cameraError: 'denied' })
  })

  it('takes the one that is allowed when the other one is forbidden', async () => {
    const { media, local } = setUp()
    media.failure = { video: error('NotAllowedError') }
    media.permissions = { audio: 'granted', video: 'denied' }
    await local.open({ microphone: true, camera: true })
    expect(local.state).toMatchObject({ microphone: 'on', camera: 'failed', cameraError: 'denied' })
  })

  it('shows that it is asking, and lets the camera go if the person says no meanwhile', async () => {
    const { clock, media, local } = setUp()
    let answer = (): void => undefined
    media.hold = new Promise((resolve) => (answer = resolve))
    void local.open({ microphone: true, camera: true })
    expect(local.state).toMatchObject({ microphone: 'starting', camera: 'starting' })
    void local.open({ microphone: true, camera: true })
    await local.setCamera(false)
    answer()
    await clock.advance(10)
    expect(media.asked).toHaveLength(1)
    expect(local.state).toMatchObject({ microphone: 'on', camera: 'off' })
    expect(media.live('video')).toEqual([])
  })

  it('opens nothing that was not asked for', async () => {
    const { media, local } = setUp()
    await local.open({ microphone: true, camera: false })
    expect(media.given.map((track) => track.kind)).toEqual(['audio'])
  })
})

describe('mute', () => {
  it('keeps the device and holds for a device that comes later', async () => {
    const { media, local } = setUp()
    local.setMuted(true)
    await local.open({ microphone: true, camera: false })
    expect(media.newest('audio').enabled).toBe(false)
    await local.chooseMicrophone('mic-2')
    expect(media.newest('audio').enabled).toBe(false)
    local.setMuted(false)
    expect(media.newest('audio').enabled).toBe(true)
  })

  it('opens a microphone that was not needed before when the person unmutes', async () => {
    const { clock, media, local } = setUp()
    local.setMuted(true)
    await local.open({ microphone: false, camera: false })
    expect(media.given).toEqual([])
    local.setMuted(false)
    await clock.advance(10)
    expect(media.newest('audio').enabled).toBe(true)
  })

  it('tries again for a microphone that failed when the person unmutes', async () => {
    const { clock, media, local } = setUp()
    media.failure = { audio: error('NotReadableError') }
    await local.open({ microphone: true, camera: false })
    media.failure = {}
    local.setMuted(true)
    local.setMuted(false)
    await clock.advance(10)
    expect(local.state.microphone).toBe('on')
  })
})

describe('camera', () => {
  it('is released when it is off, so that its light goes out', async () => {
    const { media, sent, local } = setUp()
    await local.open({ microphone: true, camera: true })
    await local.setCamera(false)
    expect(media.live('video')).toEqual([])
    expect(sent.camera).toBeNull()
    expect(local.state).toMatchObject({ camera: 'off', preview: null })
    await local.setCamera(true)
    expect(sent.camera).toBe(media.newest('video'))
  })

  it('is exchanged for the chosen one, the old one released first', async () => {
    const { media, sent, local } = setUp()
    await local.open({ microphone: true, camera: true })
    await local.chooseCamera('cam-2')
    expect(media.live('video')).toHaveLength(1)
    expect(local.state.cameraId).toBe('cam-2')
    expect(sent.camera).toBe(media.newest('video'))
  })

  it('falls back to any camera when the chosen one is gone', async () => {
    const { media, local } = setUp()
    const getUserMedia = media.getUserMedia
    const patched = (constraints: MediaStreamConstraints): Promise<MediaStream> =>
      JSON.stringify(constraints).includes('exact')
        ? Promise.reject(error('OverconstrainedError'))
        : getUserMedia(constraints)
    Object.assign(media, { getUserMedia: patched })
    await local.chooseCamera('cam-9')
    await local.setCamera(true)
    expect(local.state.camera).toBe('on')
  })

  it('turns to the other side of a phone', async () => {
    const { media, local } = setUp()
    await local.setCamera(true)
    await local.flipCamera()
    expect(JSON.stringify(media.asked.at(-1))).toContain('"facingMode":{"ideal":"environment"}')
    expect(local.state.facing).toBe('environment')
  })

  it('lets an answer go that comes after the person changed their mind', async () => {
    const { clock, media, local } = setUp()
    let answer = (): void => undefined
    media.hold = new Promise((resolve) => (answer = resolve))
    void local.setCamera(true)
    expect(local.state.camera).toBe('starting')
    await local.setCamera(false)
    answer()
    await clock.advance(10)
    expect(local.state.camera).toBe('off')
    expect(media.live('video')).toEqual([])
  })
})

describe('a device taken by the system', () => {
  it('is fetched back at once when it ended while the page is visible', async () => {
    const { clock, media, sent, local } = setUp()
    await local.open({ microphone: true, camera: true })
    const before = media.newest('video')
    before.end()
    expect(local.state.camera).toBe('interrupted')
    await clock.advance(10)
    expect(local.state.camera).toBe('on')
    expect(media.newest('video')).not.toBe(before)
    expect(sent.camera).toBe(media.newest('video'))
  })

  it('is fetched back when the page is visible again, not in the background', async () => {
    const { clock, platform, media, local } = setUp()
    await local.open({ microphone: true, camera: true })
    platform.setVisible(false)
    media.newest('video').end()
    await clock.advance(60_000)
    expect(media.asked).toHaveLength(1)
    platform.setVisible(true)
    await clock.advance(10)
    expect(local.state.camera).toBe('on')
  })

  it('is waited for some seconds when it is only held back, then fetched anew', async () => {
    const { clock, media, local } = setUp()
    await local.open({ microphone: true, camera: false })
    media.newest('audio').setSystemMuted(true)
    expect(local.state.microphone).toBe('interrupted')
    await clock.advance(2_000)
    media.newest('audio').setSystemMuted(false)
    expect(local.state.microphone).toBe('on')
    await clock.advance(60_000)
    expect(media.asked).toHaveLength(1)
    media.newest('audio').setSystemMuted(true)
    await clock.advance(3_100)
    expect(media.asked).toHaveLength(2)
    expect(local.state.microphone).toBe('on')
  })

  it('is asked for again with longer pauses while another program holds it', async () => {
    const { clock, media, local } = setUp()
    await local.open({ microphone: true, camera: true })
    media.failure = { video: error('NotReadableError') }
    media.newest('video').end()
    await clock.advance(60_000)
    expect(local.state.camera).toBe('interrupted')
    expect(media.asked.length).toBeLessThan(12)
    media.failure = {}
    await clock.advance(11_000)
    expect(local.state.camera).toBe('on')
  })

  it('is given up when the person has withdrawn the permission', async () => {
    const { clock, media, local } = setUp()
    await local.open({ microphone: true, camera: true })
    media.failure = { audio: error('NotAllowedError') }
    media.newest('audio').end()
    await clock.advance(60_000)
    expect(local.state).toMatchObject({ microphone: 'failed', microphoneError: 'denied' })
    expect(media.asked).toHaveLength(2)
  })
})

describe('screen sharing', () => {
  it('sends the screen beside the camera and ends with the browser own stop button', async () => {
    const { media, sent, local } = setUp()
    await local.open({ microphone: true, camera: true })
    await local.startSharing()
    const screen = media.newest('video')
    expect(sent.screen).toBe(screen)
    expect(sent.camera).not.toBeNull()
    expect(screen.contentHint).toBe('detail')
    expect(local.state.sharing).toBe('on')
    screen.end()
    expect(sent.screen).toBeNull()
    expect(local.state).toMatchObject({ sharing: 'off', screen: null })
  })

  it('is off again when the person closes the picker', async () => {
    const { media, local } = setUp()
    media.screenFailure = error('NotAllowedError')
    await local.startSharing()
    expect(local.state).toMatchObject({ sharing: 'off', sharingError: 'denied' })
  })

  it('says so where a browser cannot', async () => {
    const { platform, media } = setUp()
    media.getDisplayMedia = null
    const local = new LocalMedia(platform, () => undefined)
    expect(local.state.canShare).toBe(false)
    await local.startSharing()
    expect(local.state.sharingError).toBe('unsupported')
  })

  it('stops what is chosen after the person has already stopped sharing', async () => {
    const { media, sent, local } = setUp()
    const sharing = local.startSharing()
    local.stopSharing()
    await sharing
    expect(media.live('video')).toEqual([])
    expect(sent.screen).toBeNull()
    expect(local.state.sharing).toBe('off')
  })
})

describe('devices that come and go', () => {
  it('are listed anew', async () => {
    const { clock, media, local } = setUp()
    await local.open({ microphone: true, camera: false })
    media.changeDevices([{ deviceId: 'mic-9', kind: 'audioinput', label: 'Headset' }])
    await clock.advance(10)
    expect(local.state.microphones).toEqual([{ id: 'mic-9', label: 'Headset' }])
  })
})

describe('close', () => {
  it('releases everything and hears nothing more', async () => {
    const { clock, platform, media, local } = setUp()
    await local.open({ microphone: true, camera: true })
    await local.startSharing()
    local.close()
    expect([...media.live('audio'), ...media.live('video')]).toEqual([])
    expect(platform.subscriptions).toBe(0)
    await clock.advance(60_000)
    expect(media.asked).toHaveLength(1)
  })
})
