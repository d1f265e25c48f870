import type { CallAccess } from '../access'
import { Alarm, type Cancel } from '../clock'
import type { LocalMedia, OpenRequest } from '../media/localMedia'
import type { MediaErrorCode } from '../media/mediaError'
import type { Platform, SoundMeter } from '../platform'
import { Store } from '../store'
import { probeRelay, type RelayProtocol, type RelayResult } from './relayProbe'
import { runSelfLoop, type LoopResult } from './selfLoop'

export type CheckStep<T> = { readonly status: 'waiting' | 'running' } | { readonly status: 'done'; readonly result: T }

export type MicrophoneCheck =
  /** `heard` once a voice moved the meter. */
  | { readonly outcome: 'working'; readonly heard: boolean }
  | { readonly outcome: 'failed'; readonly error: MediaErrorCode }

export type CameraCheck =
  { readonly outcome: 'working' } | { readonly outcome: 'failed'; readonly error: MediaErrorCode }

/** `heard` and `not_heard` are the person's own answer. */
export type SpeakerCheck = 'played' | 'failed' | 'heard' | 'not_heard'

export interface DeviceCheckState {
  /** What the browser would say without asking. */
  readonly permission: Readonly<Record<'microphone' | 'camera', PermissionState | 'unknown'>>
  readonly microphone: CheckStep<MicrophoneCheck>
  readonly camera: CheckStep<CameraCheck>
  readonly speaker: CheckStep<SpeakerCheck>
  readonly relay: Readonly<Record<RelayProtocol, CheckStep<RelayResult>>>
  readonly loop: CheckStep<LoopResult>
  readonly advice: CheckAdvice
}

/**
 * What to expect, never a condition for joining. `video`: all is well · `sound`: picture unlikely ·
 * `text`: neither voice nor relay, the chat and the phone remain · `unknown`: not checked yet.
 */
export type CheckAdvice = 'unknown' | 'video' | 'sound' | 'text'

const PROTOCOLS: readonly RelayProtocol[] = ['udp', 'tcp', 'tls']
const METER_MS = 100
/** Quiet speech at arm's length; the noise of a room stays below. */
const HEARD_LEVEL = 0.02
const HEARD_TICKS = 3
const WAITING = { status: 'waiting' } as const
const RUNNING = { status: 'running' } as const

export interface DeviceCheckOptions {
  readonly platform: Platform
  readonly media: LocalMedia
  /** What the consultation is held with: nothing else is opened, no light goes on and no question is asked for it. */
  readonly devices: OpenRequest
  readonly transport: RTCIceTransportPolicy
  fetchAccess(): Promise<CallAccess>
}

/** The check before the call. Everything in it runs beside the rest; nothing waits for it. */
export class DeviceCheck {
  readonly store = new Store<DeviceCheckState>({
    permission: { microphone: 'unknown', camera: 'unknown' },
    microphone: WAITING,
    camera: WAITING,
    speaker: WAITING,
    relay: { udp: WAITING, tcp: WAITING, tls: WAITING },
    loop: WAITING,
    advice: 'unknown',
  })
  private meter: SoundMeter | null = null
  private metered: MediaStream | null = null
  private loudTicks = 0
  private closed = false
  private readonly levelListeners = new Set<(level: number) => void>()
  private readonly meterAlarm: Alarm
  private readonly cancelMedia: Cancel

  constructor(private readonly options: DeviceCheckOptions) {
    this.meterAlarm = new Alarm(options.platform.clock, () => this.measureLevel())
    this.cancelMedia = options.media.store.subscribe(() => this.mediaChanged())
  }

  /** Runs the whole check but for the speaker (which needs a tap and ears). */
  async run(): Promise<void> {
    await Promise.all([this.checkDevices(), this.checkNetwork()])
  }

  /** Ten times a second while the microphone is open: 0 to 1. Apart from the state, so that only the meter redraws. */
  readonly subscribeLevel = (listener: (level: number) => void): Cancel => {
    this.levelListeners.add(listener)
    return () => this.levelListeners.delete(listener)
  }

  async testSpeaker(speakerId: string | null = null): Promise<void> {
    this.patch({ speaker: RUNNING })
    try {
      await this.options.platform.sound.playTone(speakerId)
      this.patch({ speaker: done('played') })
    } catch {
      this.patch({ speaker: done('failed') })
    }
  }

  answerSpeaker(heard: boolean): void {
    this.patch({ speaker: done(heard ? 'heard' : 'not_heard') })
  }

  close(): void {
    this.closed = true
    this.cancelMedia()
    this.meterAlarm.clear()
    this.meter?.close()
    this.meter = null
  }

  private async checkDevices(): Promise<void> {
    const { platform, media, devices } = this.options
    const [microphone, camera] = await Promise.all([
      platform.media.permission('audio'),
      platform.media.permission('video'),
    ])
    this.patch({ permission: { microphone, camera }, ...(devices.microphone && { microphone: RUNNING }), ...(devices.camera && { camera: RUNNING }) })
    await media.open(devices)
    this.mediaChanged()
  }

  private async checkNetwork(): Promise<void> {
    const { platform, transport } = this.options
    this.patch({ relay: { udp: RUNNING, tcp: RUNNING, tls: RUNNING }, loop: RUNNING })
    let access: CallAccess
    try {
      access = await this.options.fetchAccess()
    } catch {
      const unreachable = done({ outcome: 'unreachable' } as const)
      this.patch({
        relay: { udp: unreachable, tcp: unreachable, tls: unreachable },
        loop: done({ outcome: 'failed', stage: 'connect' }),
      })
      return
    }
    // One after the other would be gentler, but the person waits; the loop comes after, undisturbed.
    await Promise.all(PROTOCOLS.map((protocol) => this.probe(access, protocol)))
    if (this.closed) return
    this.patch({ loop: done(await runSelfLoop(platform, access.iceServers, transport)) })
  }

  private async probe(access: CallAccess, protocol: RelayProtocol): Promise<void> {
    const result = await probeRelay(this.options.platform, access.iceServers, protocol)
    this.patch({ relay: { ...this.store.getSnapshot().relay, [protocol]: done(result) } })
  }

  private mediaChanged(): void {
    if (this.closed) return
    const { media } = this.options
    const { state } = media
    const before = this.store.getSnapshot()
    if (before.microphone.status !== 'waiting' || state.microphone === 'on') {
      const heard =
        before.microphone.status === 'done' &&
        before.microphone.result.outcome === 'working' &&
        before.microphone.result.heard
      if (state.microphone === 'on') this.patch({ microphone: done({ outcome: 'working', heard }) })
      if (state.microphone === 'failed') {
        this.patch({ microphone: done({ outcome: 'failed', error: state.microphoneError ?? 'unknown' }) })
      }
    }
    if (state.camera === 'on') this.patch({ camera: done({ outcome: 'working' }) })
    if (state.camera === 'failed') {
      this.patch({ camera: done({ outcome: 'failed', error: state.cameraError ?? 'unknown' }) })
    }
    this.followVoice(state.voice)
  }

  private followVoice(voice: MediaStream | null): void {
    if (voice === this.metered) return
    this.metered = voice
    this.meter?.close()
    this.meter = voice === null ? null : this.options.platform.sound.meter(voice)
    this.loudTicks = 0
    if (this.meter === null) this.meterAlarm.clear()
    else this.meterAlarm.setIfIdle(METER_MS)
  }

  private measureLevel(): void {
    if (this.meter === null) return
    const level = Math.min(1, Math.max(0, this.meter.level()))
    for (const listener of [...this.levelListeners]) listener(level)
    this.loudTicks = level >= HEARD_LEVEL ? this.loudTicks + 1 : 0
    const { microphone } = this.store.getSnapshot()
    const unheard = microphone.status === 'done' && microphone.result.outcome === 'working' && !microphone.result.heard
    if (unheard && this.loudTicks >= HEARD_TICKS) this.patch({ microphone: done({ outcome: 'working', heard: true }) })
    this.meterAlarm.set(METER_MS)
  }

  private patch(changes: Partial<DeviceCheckState>): void {
    if (this.closed) return
    const next = { ...this.store.getSnapshot(), ...changes }
    this.store.patch({ ...changes, advice: adviceOf(next) })
  }
}

/** What the results mean together: pure. */
export function adviceOf(state: Omit<DeviceCheckState, 'advice'>): CheckAdvice {
  const relays = PROTOCOLS.map((protocol) => state.relay[protocol])
  const reachable = relays.some((step) => step.status === 'done' && step.result.outcome === 'reachable')
  const relaysDone = relays.every((step) => step.status === 'done')
  const loop = state.loop.status === 'done' ? state.loop.result : null
  const working = loop?.outcome === 'measured'
  if (relaysDone && !reachable && loop !== null && !working) return 'text'
  const { microphone, camera } = state
  if (microphone.status === 'done' && microphone.result.outcome === 'failed') return 'text'
  if (microphone.status !== 'done' || camera.status !== 'done' || loop === null) return 'unknown'
  if (camera.result.outcome === 'failed' || (working && loop.level === 'bad') || !working) return 'sound'
  return 'video'
}

function done<T>(result: T): CheckStep<T> {
  return { status: 'done', result }
}
