import { createHash } from 'node:crypto'
import type { Cancel } from '../clock'
import type { NetworkEvent, Platform, SoundMeter, WakeLockHandle } from '../platform'
import type { FakeClock } from './fakeClock'
import { FakeMedia, FakeStream } from './fakeMedia'
import { FakePeerConnection, type FakeNet } from './fakePeerConnection'
import type { Random } from './random'

class Listeners<Args extends unknown[]> {
  private readonly all = new Set<(...args: Args) => void>()

  readonly add = (run: (...args: Args) => void): Cancel => {
    this.all.add(run)
    return () => this.all.delete(run)
  }

  emit(...args: Args): void {
    for (const run of [...this.all]) run(...args)
  }

  get size(): number {
    return this.all.size
  }
}

/** A browser of which every part obeys the test. */
export class FakePlatform implements Platform {
  readonly media = new FakeMedia()
  readonly connections: FakePeerConnection[] = []
  readonly locks: { released: boolean; drop: () => void }[] = []
  loudness = 0
  tones: (string | null)[] = []
  toneFails = false
  private pageVisible = true
  private isOnline = true
  private readonly visibility = new Listeners<[boolean]>()
  private readonly hides = new Listeners<[]>()
  private readonly restores = new Listeners<[]>()
  private readonly networkEvents = new Listeners<[NetworkEvent]>()

  readonly page = {
    visible: (): boolean => this.pageVisible,
    onVisibility: this.visibility.add,
    onHide: this.hides.add,
    onRestore: this.restores.add,
  }

  readonly network = {
    online: (): boolean => this.isOnline,
    onEvent: this.networkEvents.add,
  }

  readonly sound = {
    meter: (): SoundMeter => ({ level: () => this.loudness, close: () => undefined }),
    playTone: (speakerId: string | null): Promise<void> => {
      this.tones.push(speakerId)
      return this.toneFails ? Promise.reject(new Error('no speaker')) : Promise.resolve()
    },
    canChooseSpeaker: true,
  }

  constructor(
    readonly clock: FakeClock,
    readonly net: FakeNet,
    private readonly random: Random,
    private readonly tab: string,
  ) {}

  tabName(): string {
    return this.tab
  }

  randomBytes(length: number): Uint8Array {
    return this.random.bytes(length)
  }

  sha256(data: Uint8Array): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(createHash('sha256').update(data).digest()))
  }

  createPeerConnection(configuration: RTCConfiguration): RTCPeerConnection {
    const connection = new FakePeerConnection(this.net, configuration)
    this.connections.push(connection)
    return connection as unknown as RTCPeerConnection
  }

  generateCertificate(): Promise<RTCCertificate | null> {
    const fingerprint = [...this.random.bytes(32)].map((byte) => byte.toString(16).padStart(2, '0')).join(':')
    return Promise.resolve({ fingerprint: fingerprint.toUpperCase() } as unknown as RTCCertificate)
  }

  createStream(tracks: readonly MediaStreamTrack[]): MediaStream {
    return new FakeStream(tracks).asStream()
  }

  codecs(): readonly RTCRtpCodec[] {
    return []
  }

  requestWakeLock(): Promise<WakeLockHandle | null> {
    const lock = { released: false, drop: (): void => undefined }
    this.locks.push(lock)
    return Promise.resolve({
      release: () => {
        lock.released = true
        return Promise.resolve()
      },
      onRelease: (run) => {
        lock.drop = () => {
          lock.released = true
          run()
        }
      },
    })
  }

  setVisible(visible: boolean): void {
    this.pageVisible = visible
    if (!visible) for (const lock of this.locks.filter((one) => !one.released)) lock.drop()
    this.visibility.emit(visible)
  }

  setOnline(online: boolean): void {
    this.isOnline = online
    this.networkEvents.emit(online ? 'online' : 'offline')
  }

  changeNetwork(): void {
    this.networkEvents.emit('changed')
  }

  hidePage(): void {
    this.hides.emit()
  }

  restorePage(): void {
    this.restores.emit()
  }

  /** Subscriptions to the browser that are still held. */
  get subscriptions(): number {
    return this.visibility.size + this.hides.size + this.restores.size + this.networkEvents.size
  }

  /** The page is gone: its connections break off without a word. */
  vanish(): void {
    for (const connection of this.connections) connection.close()
  }
}
