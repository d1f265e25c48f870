import type { Cancel } from '../clock'
import type { Slot } from '../peer/peerLink'
import type { Platform } from '../platform'
import { Store } from '../store'
import { Capture, CAPTURE_OFF, type CaptureState, type CaptureStatus } from './capture'
import { captureConstraints, screenOptions, type DeviceChoice } from './constraints'
import { mediaErrorCode, type MediaErrorCode } from './mediaError'

export interface DeviceOption {
  readonly id: string
  /** The system's name of it; empty until the person has allowed devices. */
  readonly label: string
}

export interface LocalMediaState {
  readonly microphone: CaptureStatus
  readonly microphoneError: MediaErrorCode | null
  readonly microphoneId: string | null
  readonly muted: boolean
  readonly camera: CaptureStatus
  readonly cameraError: MediaErrorCode | null
  readonly cameraId: string | null
  readonly facing: 'user' | 'environment'
  readonly sharing: 'off' | 'starting' | 'on'
  readonly sharingError: MediaErrorCode | null
  readonly canShare: boolean
  /** The camera's picture for the person's own view; null while there is none. */
  readonly preview: MediaStream | null
  /** The microphone as a stream, for a level meter. */
  readonly voice: MediaStream | null
  readonly screen: MediaStream | null
  readonly microphones: readonly DeviceOption[]
  readonly cameras: readonly DeviceOption[]
  readonly speakers: readonly DeviceOption[]
}

export interface OpenRequest {
  readonly microphone: boolean
  readonly camera: boolean
  /** Those of before, where one goes on after a break; if they are gone, any other. */
  readonly microphoneId?: string | null
  readonly cameraId?: string | null
  readonly facing?: LocalMediaState['facing']
}

/** The person's own microphone, camera and screen. */
export class LocalMedia {
  readonly store: Store<LocalMediaState>
  private readonly microphone: Capture
  private readonly camera: Capture
  private screenTrack: MediaStreamTrack | null = null
  private screenRequest = 0
  private readonly cancelDeviceChange: Cancel

  constructor(
    private readonly platform: Platform,
    private readonly onTrack: (slot: Slot, track: MediaStreamTrack | null) => void,
  ) {
    this.store = new Store<LocalMediaState>({
      ...initialState,
      canShare: platform.media.getDisplayMedia !== null,
    })
    this.microphone = new Capture(platform, 'audio', (state) => this.microphoneChanged(state))
    this.camera = new Capture(platform, 'video', (state) => this.cameraChanged(state))
    this.cancelDeviceChange = platform.media.onDeviceChange(() => {
      void this.listDevices()
    })
  }

  get state(): LocalMediaState {
    return this.store.getSnapshot()
  }

  /** Height of the camera's picture in pixels, as far as the browser tells. */
  get cameraHeight(): number | null {
    return this.camera.current.track?.getSettings().height ?? null
  }

  /** Asks for both with one question where possible; what fails is told by the state, never thrown. */
  async open(request: OpenRequest): Promise<void> {
    this.prefer(request)
    const wantMicrophone = request.microphone && isFree(this.microphone)
    const wantCamera = request.camera && isFree(this.camera)
    if (wantMicrophone && wantCamera) await this.openBoth()
    else if (wantMicrophone) await this.microphone.start()
    else if (wantCamera) await this.camera.start()
    await this.listDevices()
  }

  /** Keeps the device open, so that unmuting is instant. */
  setMuted(muted: boolean): void {
    this.store.patch({ muted })
    this.applyMuted()
    // Unmuting opens what was not needed until now, and is the person's way to say "try again".
    if (!muted && isFree(this.microphone)) void this.microphone.start()
  }

  /** Off releases the camera: its light goes out, as the person expects. */
  async setCamera(on: boolean): Promise<void> {
    if (on) await this.camera.start()
    else this.camera.stop()
    if (on) await this.listDevices()
  }

  async retryMicrophone(): Promise<void> {
    await this.microphone.start()
  }

  async chooseMicrophone(deviceId: string): Promise<void> {
    await this.microphone.choose({ deviceId })
  }

  async chooseCamera(deviceId: string): Promise<void> {
    await this.camera.choose({ deviceId })
  }

  /** A phone's other camera. */
  async flipCamera(): Promise<void> {
    const facing = this.state.facing === 'user' ? 'environment' : 'user'
    this.store.patch({ facing })
    await this.camera.choose({ deviceId: null, facing })
  }

  /** Must be called from a tap: browsers demand one. */
  async startSharing(): Promise<void> {
    const ask = this.platform.media.getDisplayMedia
    if (ask === null) {
      this.store.patch({ sharingError: 'unsupported' })
      return
    }
    if (this.state.sharing !== 'off') return
    this.screenRequest += 1
    const request = this.screenRequest
    this.store.patch({ sharing: 'starting', sharingError: null })
    try {
      const stream = await ask(screenOptions())
      const track = stream.getVideoTracks()[0]
      for (const other of stream.getTracks()) if (other !== track) other.stop()
      if (request !== this.screenRequest || track === undefined) {
        track?.stop()
        if (request === this.screenRequest) this.stopSharing()
        return
      }
      this.share(track)
    } catch (error) {
      if (request === this.screenRequest) this.store.patch({ sharing: 'off', sharingError: mediaErrorCode(error) })
    }
  }

  stopSharing(): void {
    this.screenRequest += 1
    this.screenTrack?.stop()
    this.screenTrack = null
    this.onTrack('screen', null)
    this.store.patch({ sharing: 'off', screen: null })
  }

  close(): void {
    this.cancelDeviceChange()
    this.stopSharing()
    this.microphone.close()
    this.camera.close()
  }

  private prefer({ microphoneId, cameraId, facing }: OpenRequest): void {
    if (microphoneId && isFree(this.microphone)) void this.microphone.choose({ deviceId: microphoneId })
    if (!cameraId || !isFree(this.camera)) return
    if (facing) this.store.patch({ facing })
    void this.camera.choose({ deviceId: cameraId, ...(facing && { facing }) })
  }

  private async openBoth(): Promise<void> {
    const { media } = this.platform
    const captures = [this.microphone, this.camera].map((capture) => ({ capture, ticket: capture.expect() }))
    try {
      const stream = await media.getUserMedia({
        audio: captureConstraints('audio', this.microphone.deviceChoice),
        video: captureConstraints('video', this.camera.deviceChoice),
      })
      for (const { capture, ticket } of captures) {
        const track = stream.getTracks().find((one) => one.kind === capture.kind)
        if (track === undefined) await capture.askAlone(ticket)
        else capture.adopt(ticket, track)
      }
    } catch (error) {
      const code = mediaErrorCode(error)
      const refused = code === 'denied' || code === 'dismissed'
      for (const { capture, ticket } of captures) {
        // One of the two may be missing, taken or forbidden: the voice must not fail for the picture. After a
        // refusal only what is allowed already is asked for, so that no second question appears.
        const allowed = !refused || (await media.permission(capture.kind)) === 'granted'
        if (allowed) await capture.askAlone(ticket)
        else capture.refuse(ticket, error)
      }
    }
  }

  private share(track: MediaStreamTrack): void {
    this.screenTrack = track
    // Text before motion: fewer frames rather than a blurred page.
    track.contentHint = 'detail'
    track.addEventListener('ended', () => {
      if (this.screenTrack === track) this.stopSharing()
    })
    this.onTrack('screen', track)
    this.store.patch({ sharing: 'on', screen: this.platform.createStream([track]) })
  }

  private microphoneChanged(state: CaptureState): void {
    const changed = state.track !== this.trackOf(this.state.voice)
    this.store.patch({
      microphone: state.status,
      microphoneError: state.error,
      microphoneId: state.deviceId,
      ...(changed ? { voice: this.streamOf(state.track) } : {}),
    })
    this.applyMuted()
    if (changed) this.onTrack('microphone', state.track)
  }

  private cameraChanged(state: CaptureState): void {
    const changed = state.track !== this.trackOf(this.state.preview)
    this.store.patch({
      camera: state.status,
      cameraError: state.error,
      cameraId: state.deviceId,
      ...(changed ? { preview: this.streamOf(state.track) } : {}),
    })
    if (changed) this.onTrack('camera', state.track)
  }

  private applyMuted(): void {
    const { track } = this.microphone.current
    if (track !== null) track.enabled = !this.state.muted
  }

  private streamOf(track: MediaStreamTrack | null): MediaStream | null {
    return track === null ? null : this.platform.createStream([track])
  }

  private trackOf(stream: MediaStream | null): MediaStreamTrack | null {
    return stream?.getTracks()[0] ?? null
  }

  private async listDevices(): Promise<void> {
    let devices: readonly MediaDeviceInfo[]
    try {
      devices = await this.platform.media.enumerateDevices()
    } catch {
      // Only the choice of devices is lost with it.
      return
    }
    const of = (kind: MediaDeviceKind): DeviceOption[] =>
      devices
        .filter((device) => device.kind === kind && device.deviceId !== '')
        .map((device) => ({ id: device.deviceId, label: device.label }))
    this.store.patch({ microphones: of('audioinput'), cameras: of('videoinput'), speakers: of('audiooutput') })
  }
}

/** Neither there nor on its way. */
function isFree(capture: Capture): boolean {
  return capture.current.track === null && capture.current.status !== 'starting'
}

const initialState: LocalMediaState = {
  microphone: CAPTURE_OFF.status,
  microphoneError: null,
  microphoneId: null,
  muted: false,
  camera: CAPTURE_OFF.status,
  cameraError: null,
  cameraId: null,
  facing: 'user',
  sharing: 'off',
  sharingError: null,
  canShare: false,
  preview: null,
  voice: null,
  screen: null,
  microphones: [],
  cameras: [],
  speakers: [],
}

export type { DeviceChoice }
