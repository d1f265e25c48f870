import type { Cancel, Clock } from './clock'

/**
 * Everything the engine takes from the browser. The engine touches no global: a test hands in a fake,
 * the application hands in `browserPlatform()`.
 */
export interface Platform {
  readonly clock: Clock
  /** A random name of this browser tab, without a dot; the same after a reload. */
  tabName(): string
  /** Cryptographically random bytes. */
  randomBytes(length: number): Uint8Array
  sha256(data: Uint8Array): Promise<Uint8Array>
  createPeerConnection(configuration: RTCConfiguration): RTCPeerConnection
  /** A DTLS certificate that all connections of this page share, or null where the browser can't. */
  generateCertificate(): Promise<RTCCertificate | null>
  createStream(tracks: readonly MediaStreamTrack[]): MediaStream
  /** Codecs this browser can receive, best first as the browser sees it. */
  codecs(kind: MediaKind): readonly RTCRtpCodec[]
  readonly media: MediaPort
  readonly page: PagePort
  readonly network: NetworkPort
  readonly sound: SoundPort
  /** Keeps the screen on; null where the browser has no wake lock or refuses it now. */
  requestWakeLock(): Promise<WakeLockHandle | null>
}

export type MediaKind = 'audio' | 'video'

/** Cameras, microphones and screens. */
export interface MediaPort {
  getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream>
  /** Null where the browser cannot share a screen (phones). */
  readonly getDisplayMedia: ((options: DisplayMediaStreamOptions) => Promise<MediaStream>) | null
  enumerateDevices(): Promise<readonly MediaDeviceInfo[]>
  /** What the browser would answer without asking; 'unknown' where it doesn't tell. */
  permission(kind: MediaKind): Promise<PermissionState | 'unknown'>
  onDeviceChange(run: () => void): Cancel
}

/** The page's life. */
export interface PagePort {
  visible(): boolean
  onVisibility(run: (visible: boolean) => void): Cancel
  /** The page is being left, closed or reloaded. */
  onHide(run: () => void): Cancel
  /** The page comes back from the back/forward cache, with all its connections dead. */
  onRestore(run: () => void): Cancel
}

export type NetworkEvent = 'online' | 'offline' | 'changed'

/** What the browser says about the device's network. */
export interface NetworkPort {
  online(): boolean
  onEvent(run: (event: NetworkEvent) => void): Cancel
}

/** Sounds of the device check. */
export interface SoundPort {
  /** Measures a microphone's loudness; null where there is no audio engine. */
  meter(stream: MediaStream): SoundMeter | null
  /** Plays a short calm tone through the named speaker (null: the default one). */
  playTone(speakerId: string | null): Promise<void>
  /** Whether the browser lets a page choose the speaker. */
  readonly canChooseSpeaker: boolean
}

export interface SoundMeter {
  /** Loudness now, 0 (silence) to 1 (full scale), root mean square. */
  level(): number
  close(): void
}

export interface WakeLockHandle {
  release(): Promise<void>
  /** The browser let the lock go (the page was hidden, the battery is low). */
  onRelease(run: () => void): void
}
