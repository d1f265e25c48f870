import { Alarm, type Cancel } from '../clock'
import type { MediaKind, Platform } from '../platform'
import { captureConstraints, DEFAULT_CHOICE, type DeviceChoice } from './constraints'
import { mediaErrorCode, type MediaErrorCode } from './mediaError'

/**
 * `off`: not wanted, the device is released · `starting` · `on` · `interrupted`: the system took the device
 * (a phone call, the background, an unplugged headset), it is fetched back · `failed`: see the error.
 */
export type CaptureStatus = 'off' | 'starting' | 'on' | 'interrupted' | 'failed'

export interface CaptureState {
  readonly status: CaptureStatus
  readonly track: MediaStreamTrack | null
  readonly error: MediaErrorCode | null
  readonly deviceId: string | null
}

export const CAPTURE_OFF: CaptureState = { status: 'off', track: null, error: null, deviceId: null }

/** Outdated as soon as the person changes their mind. */
export type CaptureTicket = number

const REACQUIRE_MS = [0, 1_000, 3_000, 10_000] as const
/** iOS often gives the device back by itself some moments after the page is visible again. */
const MUTED_PATIENCE_MS = 3_000

/** One microphone or camera: fetched, given back, exchanged, and fetched again when the system took it. */
export class Capture {
  private state = CAPTURE_OFF
  private wanted = false
  private choice = DEFAULT_CHOICE
  /** Raised by each change of mind, so that the answer to an older request is let go. */
  private request = 0
  private tries = 0
  private trackCancels: Cancel[] = []
  private readonly alarm: Alarm
  private readonly cancelVisibility: Cancel

  constructor(
    private readonly platform: Platform,
    readonly kind: MediaKind,
    private readonly onChange: (state: CaptureState) => void,
  ) {
    this.alarm = new Alarm(platform.clock, () => {
      void this.reacquire()
    })
    this.cancelVisibility = platform.page.onVisibility((visible) => {
      if (visible && this.state.status === 'interrupted') this.scheduleReacquire(true)
    })
  }

  get current(): CaptureState {
    return this.state
  }

  get deviceChoice(): DeviceChoice {
    return this.choice
  }

  /** Wants the device; resolves when it is there or can't be had. */
  async start(): Promise<void> {
    if (this.wanted && (this.state.status === 'on' || this.state.status === 'starting')) return
    this.wanted = true
    this.tries = 0
    await this.acquire('starting')
  }

  /** Wants the device, which is asked for together with another one; the ticket is for the answer. */
  expect(): CaptureTicket {
    this.wanted = true
    this.tries = 0
    this.request += 1
    this.set({ ...CAPTURE_OFF, status: 'starting' })
    return this.request
  }

  /** The common question brought a track. */
  adopt(ticket: CaptureTicket, track: MediaStreamTrack): void {
    if (ticket === this.request) this.hold(track)
    else track.stop()
  }

  /** The common question was refused, and asking for this one alone would be asking twice. */
  refuse(ticket: CaptureTicket, error: unknown): void {
    if (ticket === this.request) this.failed(error)
  }

  /** The common question failed for a reason that may be the other device's. */
  async askAlone(ticket: CaptureTicket): Promise<void> {
    if (ticket === this.request) await this.acquire('starting')
  }

  /** Gives the device back; its light goes off. */
  stop(): void {
    this.wanted = false
    this.request += 1
    this.alarm.clear()
    this.drop()
    this.set(CAPTURE_OFF)
  }

  /** Another device; takes effect at once when one is in use. */
  async choose(choice: Partial<DeviceChoice>): Promise<void> {
    this.choice = { ...this.choice, ...choice }
    if (this.wanted) await this.acquire('starting')
  }

  close(): void {
    this.stop()
    this.cancelVisibility()
  }

  private async acquire(status: 'starting' | 'interrupted'): Promise<void> {
    this.request += 1
    const { request } = this
    this.alarm.clear()
    // The old track stays in use until the new one is there; phones can't open a second camera, though.
    const dropFirst = this.kind === 'video' || status === 'interrupted'
    if (dropFirst) this.drop()
    this.set({ ...this.state, status, track: dropFirst ? null : this.state.track, error: null })
    try {
      const track = await this.fetchTrack()
      if (request !== this.request) {
        track.stop()
        return
      }
      this.hold(track)
    } catch (error) {
      if (request === this.request) this.failed(error)
    }
  }

  private async fetchTrack(): Promise<MediaStreamTrack> {
    try {
      return await this.ask(this.choice)
    } catch (error) {
      // The chosen device is gone: any device is better than none.
      if (this.choice.deviceId === null || mediaErrorCode(error) !== 'not_found') throw error
      return await this.ask(DEFAULT_CHOICE)
    }
  }

  private async ask(choice: DeviceChoice): Promise<MediaStreamTrack> {
    const constraints = captureConstraints(this.kind, choice)
    const stream = await this.platform.media.getUserMedia({ [this.kind]: constraints })
    const track = stream.getTracks().find((one) => one.kind === this.kind)
    if (track === undefined) throw new DOMException('no track', 'NotFoundError')
    return track
  }

  private failed(error: unknown): void {
    const code = mediaErrorCode(error)
    const again = code === 'in_use' || code === 'not_found' || code === 'unknown'
    if (this.state.status === 'interrupted' && again) {
      this.scheduleReacquire(false)
      return
    }
    this.drop()
    this.set({ status: 'failed', track: null, error: code, deviceId: null })
  }

  private hold(track: MediaStreamTrack): void {
    this.drop()
    this.alarm.clear()
    const listen = (type: 'ended' | 'mute' | 'unmute', run: () => void): void => {
      track.addEventListener(type, run)
      this.trackCancels.push(() => track.removeEventListener(type, run))
    }
    listen('ended', () => this.interrupted(true))
    listen('mute', () => this.interrupted(false))
    listen('unmute', () => {
      this.alarm.clear()
      this.tries = 0
      this.set({ ...this.state, status: 'on' })
    })
    // A camera that stayed unavailable may come back muted; only a running one ends the tries.
    if (!track.muted) this.tries = 0
    const deviceId = track.getSettings().deviceId ?? null
    this.set({ status: track.muted ? 'interrupted' : 'on', track, error: null, deviceId })
    if (track.muted) this.scheduleReacquire(false)
  }

  private interrupted(ended: boolean): void {
    this.set({ ...this.state, status: 'interrupted' })
    this.scheduleReacquire(ended)
  }

  private scheduleReacquire(now: boolean): void {
    if (!this.wanted) return
    const wait = REACQUIRE_MS[Math.min(this.tries, REACQUIRE_MS.length - 1)] ?? 0
    const muted = this.state.track?.readyState === 'live'
    this.tries += 1
    this.alarm.set(muted ? Math.max(wait, MUTED_PATIENCE_MS) : now ? 0 : wait)
  }

  /** Fetching in the background is refused by phones; when the page is visible again it is scheduled anew. */
  private async reacquire(): Promise<void> {
    if (this.wanted && this.platform.page.visible()) await this.acquire('interrupted')
  }

  private drop(): void {
    for (const cancel of this.trackCancels.splice(0)) cancel()
    // stop() fires no 'ended' at the one who calls it (Media Capture and Streams §4.3.1).
    this.state.track?.stop()
  }

  private set(state: CaptureState): void {
    this.state = state
    this.onChange(state)
  }
}
