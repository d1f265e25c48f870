import type { Cancel } from '../clock'
import type { MediaKind, MediaPort } from '../platform'

let names = 0

/** A media track without media. */
export class FakeTrack extends EventTarget {
  readonly id = `track-${String((names += 1))}`
  enabled = true
  muted = false
  contentHint = ''
  readyState: MediaStreamTrackState = 'live'

  constructor(
    readonly kind: MediaKind,
    private readonly deviceId = 'default',
  ) {
    super()
  }

  stop(): void {
    this.readyState = 'ended'
  }

  getSettings(): MediaTrackSettings {
    return this.kind === 'video' ? { deviceId: this.deviceId, height: 720 } : { deviceId: this.deviceId }
  }

  /** The system takes the device away for good. */
  end(): void {
    this.readyState = 'ended'
    this.dispatchEvent(new Event('ended'))
  }

  /** The system holds the device back, or gives it back. */
  setSystemMuted(muted: boolean): void {
    this.muted = muted
    this.dispatchEvent(new Event(muted ? 'mute' : 'unmute'))
  }

  asTrack(): MediaStreamTrack {
    return this as unknown as MediaStreamTrack
  }
}

export class FakeStream {
  constructor(private readonly tracks: readonly MediaStreamTrack[]) {}

  getTracks(): MediaStreamTrack[] {
    return [...this.tracks]
  }

  getAudioTracks(): MediaStreamTrack[] {
    return this.tracks.filter((track) => track.kind === 'audio')
  }

  getVideoTracks(): MediaStreamTrack[] {
    return this.tracks.filter((track) => track.kind === 'video')
  }

  asStream(): MediaStream {
    return this as unknown as MediaStream
  }
}

/** Devices whose behaviour a test sets. */
export class FakeMedia implements MediaPort {
  /** What asking for a device throws, by kind. */
  failure: Partial<Record<MediaKind, DOMException>> = {}
  screenFailure: DOMException | null = null
  permissions: Record<MediaKind, PermissionState | 'unknown'> = { audio: 'granted', video: 'granted' }
  /** While set, answers to `getUserMedia` wait for it. */
  hold: Promise<void> | null = null
  readonly asked: MediaStreamConstraints[] = []
  readonly given: FakeTrack[] = []
  devices: Pick<MediaDeviceInfo, 'deviceId' | 'kind' | 'label'>[] = [
    { deviceId: 'mic-1', kind: 'audioinput', label: 'Microphone' },
    { deviceId: 'cam-1', kind: 'videoinput', label: 'Camera' },
    { deviceId: 'out-1', kind: 'audiooutput', label: 'Speaker' },
  ]
  private readonly deviceListeners = new Set<() => void>()

  readonly getUserMedia = async (constraints: MediaStreamConstraints): Promise<MediaStream> => {
    this.asked.push(constraints)
    if (this.hold !== null) await this.hold
    const kinds = (['audio', 'video'] as const).filter((kind) => constraints[kind] !== undefined)
    for (const kind of kinds) {
      const failure = this.failure[kind]
      if (failure !== undefined) throw failure
    }
    return new FakeStream(kinds.map((kind) => this.give(kind, constraints[kind]).asTrack())).asStream()
  }

  getDisplayMedia: MediaPort['getDisplayMedia'] = () => {
    if (this.screenFailure !== null) return Promise.reject(this.screenFailure)
    return Promise.resolve(new FakeStream([this.give('video', true).asTrack()]).asStream())
  }

  enumerateDevices(): Promise<readonly MediaDeviceInfo[]> {
    return Promise.resolve(this.devices as MediaDeviceInfo[])
  }

  permission(kind: MediaKind): Promise<PermissionState | 'unknown'> {
    return Promise.resolve(this.permissions[kind])
  }

  onDeviceChange(run: () => void): Cancel {
    this.deviceListeners.add(run)
    return () => this.deviceListeners.delete(run)
  }

  changeDevices(devices: typeof this.devices): void {
    this.devices = devices
    for (const run of this.deviceListeners) run()
  }

  /** The newest track given out for a kind. */
  newest(kind: MediaKind): FakeTrack {
    const track = this.given.findLast((one) => one.kind === kind)
    if (track === undefined) throw new Error(`no ${kind} track was given`)
    return track
  }

  live(kind: MediaKind): FakeTrack[] {
    return this.given.filter((track) => track.kind === kind && track.readyState === 'live')
  }

  private give(kind: MediaKind, constraint: boolean | MediaTrackConstraints | undefined): FakeTrack {
    const wanted = typeof constraint === 'object' ? constraint.deviceId : undefined
    const exact = typeof wanted === 'object' && 'exact' in wanted ? wanted.exact : undefined
    const track = new FakeTrack(kind, typeof exact === 'string' ? exact : `${kind}-default`)
    this.given.push(track)
    return track
  }
}
