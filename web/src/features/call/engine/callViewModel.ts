import { AccessKeeper, type AccessRefusal, type CallAccess, type CallTimes } from './access'
import { CallTimer } from './callTimer'
import { composeSnapshot, UNMEASURED, type Measured } from './composeSnapshot'
import { DeviceCheck } from './check/deviceCheck'
import { Alarm, type Cancel } from './clock'
import { LocalMedia, type OpenRequest } from './media/localMedia'
import type { ControlMessage, MediaControl } from './peer/control'
import type { RemoteStreams } from './peer/peerLink'
import type { Platform } from './platform'
import { QualityMonitor, type MonitorResult } from './quality/monitor'
import { ServerTime } from './serverTime'
import { CallSession, type SessionStatus } from './session'
import type { SignalChannel } from './signal/channel'
import type { ByeReason, Side } from './signal/message'
import { NO_REMOTE, type CallSnapshot, type EndReason, type RemoteMedia } from './snapshot'
import { keepIfEqual, Store } from './store'
import { Verifier } from './verification/verifier'
import { ALL_VIDEO, cameraStage, mediaControl, sendingState, type VideoVotes } from './videoPolicy'
import { WakeLock } from './wakeLock'

export interface CallOptions {
  readonly platform: Platform
  /** Opened by the application; the engine only subscribes and sends. */
  readonly channel: SignalChannel
  /** Given by the server: the employee is polite, the specialist impolite. */
  readonly side: Side
  /** The server's clock as of now, ms since 1970. */
  readonly serverNow: number
  /** Asks our API for the relay's servers, short-lived credentials and the times. May throw `AccessRefused`. */
  fetchAccess(): Promise<CallAccess>
  /** `relay` (the default) hides the addresses; `all` is for deployments which allow the direct way, and tests. */
  readonly transport?: RTCIceTransportPolicy
}

const HINT_SPACING_MS = 5_000
const CLOCK_STALE_MS = 60_000

/** One call of one person, from the device check to its end. Made once; a new attempt is a new object. */
export class CallViewModel {
  private readonly serverTime: ServerTime
  private readonly media: LocalMedia
  private readonly keeper: AccessKeeper
  private readonly timer: CallTimer
  private readonly verifier: Verifier
  private readonly monitor: QualityMonitor
  private readonly wakeLock: WakeLock
  private readonly hintAlarm: Alarm
  private readonly cancels: Cancel[]
  private readonly store: Store<CallSnapshot>
  private session: CallSession | null = null
  private status: SessionStatus | null = null
  private certificate: RTCCertificate | null | undefined = undefined
  private deviceCheck: DeviceCheck | null = null
  private joined = false
  private ended: EndReason | null = null
  private refusal: AccessRefusal | null = null
  private accessTrouble = false
  private votes: VideoVotes = ALL_VIDEO
  private cameraBeforeAudioOnly = false
  private remote: RemoteMedia = NO_REMOTE
  private measured: Measured = UNMEASURED
  private toldMedia: MediaControl | null = null

  constructor(private readonly options: CallOptions) {
    const { platform } = options
    const { clock } = platform
    this.serverTime = new ServerTime(clock, options.serverNow)
    this.media = new LocalMedia(platform, (slot, track) => this.session?.setTrack(slot, track))
    this.wakeLock = new WakeLock(platform)
    this.keeper = new AccessKeeper({
      clock,
      serverTime: this.serverTime,
      fetchAccess: () => options.fetchAccess(),
      onAccess: (access) => this.accessCame(access),
      onRefused: (refusal) => {
        this.refusal = refusal
        this.end('refused', 'left')
      },
      onTrouble: (troubled) => {
        this.accessTrouble = troubled
        this.publish()
      },
    })
    this.timer = new CallTimer(clock, this.serverTime, () => this.timeChanged())
    this.verifier = new Verifier({
      platform,
      send: (message) => this.session?.sendControl(message),
      onChange: () => this.publish(),
    })
    this.monitor = new QualityMonitor({
      clock,
      stats: () => this.session?.stats() ?? Promise.resolve(null),
      context: () => ({
        sending: this.media.state.camera === 'on' ? cameraStage(this.votes) : 'audio_only',
        expectSound: this.remote.microphone === 'on',
      }),
      onResult: (result) => this.qualityMeasured(result),
    })
    this.hintAlarm = new Alarm(clock, () => undefined)
    this.store = new Store(this.compose(null))
    this.cancels = [
      this.media.store.subscribe(() => this.mediaChanged()),
      platform.network.onEvent(() => this.publish()),
      platform.page.onVisibility((visible) => {
        // A sleeping phone may have stopped the monotonic clock.
        if (visible && this.joined && this.serverTime.ageMs() > CLOCK_STALE_MS) void this.keeper.refresh()
      }),
    ]
  }

  /** For `useSyncExternalStore`; both may be passed on detached. */
  readonly subscribe = (listener: () => void): Cancel => this.store.subscribe(listener)
  readonly getSnapshot = (): CallSnapshot => this.store.getSnapshot()

  /** The server's time now, ms since 1970: what countdowns count with. */
  serverNow(): number {
    return this.serverTime.now()
  }

  /** Opens the device check; the devices stay open for the call. */
  startCheck(devices: OpenRequest): DeviceCheck {
    if (this.deviceCheck === null) {
      const { platform, transport = 'relay' } = this.options
      this.deviceCheck = new DeviceCheck({
        platform,
        media: this.media,
        devices,
        transport,
        fetchAccess: () => this.options.fetchAccess(),
      })
      void this.deviceCheck.run()
      this.publish()
    }
    return this.deviceCheck
  }

  /** Enters the room. Neither a missing camera nor a missing microphone keeps anybody out. */
  async join(request: OpenRequest): Promise<void> {
    if (this.joined || this.ended !== null) return
    this.joined = true
    this.closeCheck()
    this.wakeLock.hold()
    this.publish()
    // Sound alone was chosen before (and a reload came): the camera waits for the end of that choice.
    const { audioOnly } = this.votes
    if (audioOnly) this.cameraBeforeAudioOnly = request.camera
    const wanted = { ...request, camera: request.camera && !audioOnly }
    // The check may have opened what the person does not want to be seen or heard with.
    if (!wanted.camera) void this.media.setCamera(false)
    if (!request.microphone) this.media.setMuted(true)
    // Beside the connection: a question of the browser may stay open for long.
    const opened = this.media.open(wanted)
    this.certificate = await this.options.platform.generateCertificate()
    await this.keeper.refresh()
    await opened
  }

  /** This person goes; the room stays open and they may come back. */
  leave(): void {
    this.end('left', 'left')
  }

  /** After our API has closed the consultation for both. */
  finish(): void {
    this.end('finished', 'finished')
  }

  /** The server says over another way that the consultation is over. */
  endedByServer(): void {
    this.end('ended_by_server', null)
  }

  // The plain ones may be handed to buttons as they are.
  readonly setMuted = (muted: boolean): void => this.media.setMuted(muted)
  readonly retryMicrophone = (): Promise<void> => this.media.retryMicrophone()
  readonly chooseMicrophone = (deviceId: string): Promise<void> => this.media.chooseMicrophone(deviceId)
  readonly chooseCamera = (deviceId: string): Promise<void> => this.media.chooseCamera(deviceId)
  readonly flipCamera = (): Promise<void> => this.media.flipCamera()
  /** Only from a tap. */
  readonly startSharing = (): Promise<void> => this.media.startSharing()
  readonly stopSharing = (): void => this.media.stopSharing()
  /** The person has compared the words with the other one. */
  readonly confirmVerification = (): void => this.verifier.confirm()
  readonly retryNow = (): void => this.session?.retryNow()

  async setCamera(on: boolean): Promise<void> {
    if (on && this.votes.audioOnly) this.vote({ audioOnly: false })
    await this.media.setCamera(on)
  }

  /** Sound alone, both ways, until the person takes it back; releases the camera. */
  async setAudioOnly(audioOnly: boolean): Promise<void> {
    if (audioOnly === this.votes.audioOnly) return
    if (audioOnly) this.cameraBeforeAudioOnly = this.media.state.camera !== 'off'
    this.vote({ audioOnly })
    if (audioOnly) await this.media.setCamera(false)
    else if (this.cameraBeforeAudioOnly) await this.media.setCamera(true)
  }

  /** New times from the server's live updates. */
  setTimes(times: CallTimes): void {
    this.timer.set(times)
  }

  /** After our API has moved the end: the other side asks the server at once. */
  announceExtension(): void {
    this.session?.sendControl({ type: 'extended' })
    void this.keeper.refresh()
  }

  /** Leaves if that has not happened yet, and lets go of everything. */
  dispose(): void {
    this.end('left', 'left')
  }

  private accessCame(access: CallAccess): void {
    this.timer.set(access.times)
    if (this.ended !== null) return
    if (this.session !== null) this.session.setAccess(access)
    else this.openSession(access)
  }

  private openSession(access: CallAccess): void {
    const { platform, channel, side, transport = 'relay' } = this.options
    const tracks = {
      microphone: this.media.state.voice?.getTracks()[0] ?? null,
      camera: this.media.state.preview?.getTracks()[0] ?? null,
      screen: this.media.state.screen?.getTracks()[0] ?? null,
    }
    this.session = new CallSession({
      platform,
      channel,
      side,
      access,
      transport,
      tracks,
      serverTime: this.serverTime,
      certificate: this.certificate ?? null,
      sending: sendingState(this.votes, this.media.state, this.media.cameraHeight),
      onStatus: (status) => this.statusChanged(status),
      onRemoteStreams: (streams) => this.streamsChanged(streams),
      onFingerprints: (fingerprints) => this.verifier.negotiated(fingerprints),
      onControlOpen: () => this.controlOpened(),
      onControl: (message) => this.controlCame(message),
      onLinkClosed: () => this.verifier.linkClosed(),
      onPeerFinished: () => this.end('finished_by_peer', null),
      onTakenOver: () => this.end('elsewhere', null),
      onChannelClosed: () => this.end('room_closed', null),
    })
    this.session.start()
  }

  private statusChanged(status: SessionStatus): void {
    this.status = keepIfEqual(this.status, status)
    if (status.link === 'connected') this.monitor.start()
    else this.monitor.stop()
    if (status.peer !== 'present') {
      this.remote = keepIfEqual(this.remote, NO_REMOTE)
      this.vote({ peerLimit: 'full', peerChose: false })
    }
    this.publish()
  }

  private streamsChanged(streams: RemoteStreams | null): void {
    this.remote = { ...this.remote, voice: streams?.voice ?? null, face: streams?.face ?? null, screen: streams?.screen ?? null }
    this.publish()
  }

  private controlOpened(): void {
    this.toldMedia = null
    this.tellMedia()
    this.verifier.channelOpened()
  }

  private controlCame(message: ControlMessage): void {
    switch (message.type) {
      case 'media': {
        const { microphone, camera, sharing, heldBackBy, limit } = message
        this.remote = { ...this.remote, microphone, camera, sharing, heldBackBy }
        this.vote({ peerLimit: limit, peerChose: heldBackBy === 'choice' })
        this.publish()
        return
      }
      case 'extended':
        // Only a hint, and not one that lets the peer make us ask without pause.
        if (this.hintAlarm.pending) return
        this.hintAlarm.set(HINT_SPACING_MS)
        void this.keeper.refresh()
        return
      case 'commit':
      case 'reveal':
        this.verifier.receive(message)
        return
      case 'bye':
        return
    }
  }

  private mediaChanged(): void {
    if (this.ended !== null) return
    this.applyVideo()
    this.publish()
  }

  private qualityMeasured({ assessment, sample, send, receive }: MonitorResult): void {
    this.measured = {
      level: assessment.level,
      reasons: assessment.reasons,
      path: sample.relayProtocol,
      rttMs: sample.rttMs === null ? null : Math.round(sample.rttMs),
    }
    this.vote({ send, receive })
    this.publish()
  }

  private vote(changes: Partial<VideoVotes>): void {
    const votes = keepIfEqual(this.votes, { ...this.votes, ...changes })
    if (votes === this.votes) return
    this.votes = votes
    this.applyVideo()
    this.publish()
  }

  private applyVideo(): void {
    this.session?.setSending(sendingState(this.votes, this.media.state, this.media.cameraHeight))
    this.tellMedia()
  }

  private tellMedia(): void {
    const message = keepIfEqual(this.toldMedia, mediaControl(this.votes, this.media.state))
    if (message === null || message === this.toldMedia) return
    if (this.session?.sendControl(message) === true) this.toldMedia = message
  }

  private timeChanged(): void {
    this.publish()
    if (this.timer.current?.stage === 'closed' && this.joined) void this.closeByTime()
  }

  /** The room's end by what we know; asked once more, because it may have been moved unheard. */
  private async closeByTime(): Promise<void> {
    this.timer.stop()
    await this.keeper.refresh()
    if (this.timer.current?.stage === 'closed') this.end('time_over', null)
  }

  private end(reason: EndReason, bye: ByeReason | null): void {
    if (this.ended !== null) return
    this.ended = reason
    this.session?.stop(bye)
    this.keeper.stop()
    this.timer.stop()
    this.monitor.stop()
    this.hintAlarm.clear()
    this.closeCheck()
    this.media.close()
    this.wakeLock.close()
    for (const cancel of this.cancels) cancel()
    this.remote = NO_REMOTE
    this.publish()
  }

  private closeCheck(): void {
    this.deviceCheck?.close()
    this.deviceCheck = null
  }

  private publish(): void {
    this.store.patch(this.compose(this.store.getSnapshot()))
  }

  private compose(previous: CallSnapshot | null): CallSnapshot {
    return composeSnapshot(previous, {
      ended: this.ended,
      refusal: this.refusal,
      checking: this.deviceCheck !== null,
      joined: this.joined,
      session: this.status,
      local: this.media.state,
      remote: this.remote,
      votes: this.votes,
      measured: this.measured,
      verification: this.verifier.current,
      time: this.timer.current,
      online: this.options.platform.network.online(),
      accessTrouble: this.accessTrouble,
    })
  }
}
