import type { CallAccess } from './access'
import { Alarm, type Cancel } from './clock'
import { CredentialWatch } from './credentialWatch'
import type { ControlMessage } from './peer/control'
import type { SendingState } from './peer/encoding'
import { PeerLink, type Fingerprints, type LinkState, type RemoteStreams, type Slot } from './peer/peerLink'
import { freshRecovery, recover, type Recovery, type RecoveryAction, type RecoveryEvent } from './peer/recovery'
import { iceUfragOf } from './peer/sdp'
import type { Platform } from './platform'
import type { ServerTime } from './serverTime'
import type { SignalChannel, SignalState } from './signal/channel'
import { Dialogue } from './signal/dialogue'
import { pageName } from './signal/epoch'
import type { ByeReason, Side } from './signal/message'
import type { NumberedBody } from './signal/reliable'
import { hex } from './verification/code'

/**
 * `unknown`: nobody was heard yet · `present` · `left`: said goodbye · `away`: the page was closed or
 * reloaded, or nothing was heard of it for long.
 */
export type PeerPresence = 'unknown' | 'present' | 'left' | 'away'

export interface SessionStatus {
  readonly signalling: SignalState
  readonly peer: PeerPresence
  readonly link: LinkState | 'none'
  /** Whether the present stay of the peer was ever connected. */
  readonly connectedBefore: boolean
  /** Tries during the present trouble, 0 while all is well. */
  readonly attempt: number
}

export interface SessionEvents {
  readonly onStatus: (status: SessionStatus) => void
  readonly onRemoteStreams: (streams: RemoteStreams | null) => void
  readonly onFingerprints: (fingerprints: Fingerprints) => void
  readonly onControlOpen: () => void
  readonly onControl: (message: ControlMessage) => void
  /** The connection (and its control channel) is gone; another may follow. */
  readonly onLinkClosed: () => void
  readonly onPeerFinished: () => void
  readonly onTakenOver: () => void
  readonly onChannelClosed: () => void
}

export interface SessionOptions extends SessionEvents {
  readonly platform: Platform
  readonly channel: SignalChannel
  readonly side: Side
  readonly serverTime: ServerTime
  readonly access: CallAccess
  /** `relay` hides each person's address from the other; `all` also tries the direct way. */
  readonly transport: RTCIceTransportPolicy
  readonly certificate: RTCCertificate | null
  readonly tracks: Readonly<Record<Slot, MediaStreamTrack | null>>
  readonly sending: SendingState
}

const NETWORK_SETTLE_MS = 500
const SILENCE_MS = 45_000
const FAILURE_WAIT_FIRST_MS = 500
const FAILURE_WAIT_MAX_MS = 30_000
const BYE_GRACE_MS = 400

/** Keeps one working connection to the peer for as long as the call lasts, whatever happens to the network. */
export class CallSession {
  private readonly dialogue: Dialogue
  private link: PeerLink | null = null
  private linkState: LinkState | 'none' = 'none'
  private recovery: Recovery
  private presence: PeerPresence = 'unknown'
  private connectedBefore = false
  private remoteUfrag: string | null = null
  private access: CallAccess
  private readonly tracks: Record<Slot, MediaStreamTrack | null>
  private sending: SendingState
  private failureWaitMs = FAILURE_WAIT_FIRST_MS
  private stopped = false
  private readonly cancels: Cancel[] = []
  private readonly recoveryAlarm: Alarm
  private readonly networkAlarm: Alarm
  private readonly silenceAlarm: Alarm
  private readonly failureAlarm: Alarm
  private readonly credentials: CredentialWatch

  constructor(private readonly options: SessionOptions) {
    const { platform, serverTime } = options
    const { clock } = platform
    this.access = options.access
    this.tracks = { ...options.tracks }
    this.sending = options.sending
    this.recovery = { ...freshRecovery(clock.now()), since: null }
    const alarm = (run: () => void): Alarm => new Alarm(clock, run)
    this.recoveryAlarm = alarm(() => {
      this.step({ type: 'tick' })
    })
    this.networkAlarm = alarm(() => {
      this.step({ type: 'nudge' })
    })
    this.silenceAlarm = alarm(() => this.silent())
    this.failureAlarm = alarm(() => this.rebuild())
    this.credentials = new CredentialWatch(
      clock,
      serverTime,
      () => this.access,
      () => this.restartIce(),
    )
    this.dialogue = new Dialogue({
      clock,
      channel: options.channel,
      side: options.side,
      epoch: { n: Math.floor(serverTime.now()), page: pageName(platform.tabName(), hex(platform.randomBytes(6))) },
      serverNow: () => serverTime.now(),
      onPair: () => this.openLink(),
      onBody: (body) => this.receive(body),
      onBye: (reason) => this.peerGone(reason),
      onHeard: () => this.heard(),
      onTakenOver: () => options.onTakenOver(),
      onState: (state) => this.signallingChanged(state),
    })
  }

  start(): void {
    const { page, network } = this.options.platform
    this.cancels.push(
      network.onEvent((event) => {
        // The new network needs a moment before anything can be gathered on it.
        if (event !== 'offline') this.networkAlarm.set(NETWORK_SETTLE_MS)
      }),
      page.onVisibility((visible) => {
        if (visible && this.linkState !== 'connected') this.step({ type: 'nudge' })
      }),
      page.onHide(() => this.pageHidden()),
      page.onRestore(() => this.rebuild()),
    )
    this.dialogue.start()
  }

  /** Going, or into the back/forward cache: let go at once, so that nobody keeps a place at the relay for us. */
  private pageHidden(): void {
    this.link?.sendControl({ type: 'bye', reason: 'away' })
    this.dialogue.bye('away', 1)
    this.closeLink()
    this.publish()
  }

  setTrack(slot: Slot, track: MediaStreamTrack | null): void {
    this.tracks[slot] = track
    this.link?.setTrack(slot, track)
  }

  setSending(sending: SendingState): void {
    this.sending = sending
    this.link?.setSending(sending)
  }

  setAccess(access: CallAccess): void {
    this.access = access
    this.link?.setIceServers([...access.iceServers])
  }

  /** False when there is no open control channel. */
  sendControl(message: ControlMessage): boolean {
    return this.link?.sendControl(message) ?? false
  }

  /** Entries of `getStats`, or null without a connection. */
  async stats(): Promise<readonly Record<string, unknown>[] | null> {
    return this.link === null ? null : this.link.stats()
  }

  /** The person's wish to try again now. */
  retryNow(): void {
    this.step({ type: 'nudge' })
  }

  /** Ends this side; `reason` null says nothing to the peer (it knows, or must not hear of us). */
  stop(reason: ByeReason | null): void {
    if (this.stopped) return
    this.stopped = true
    if (reason !== null) this.sayBye(reason)
    this.dialogue.stop()
    for (const cancel of this.cancels.splice(0)) cancel()
    const alarms = [this.recoveryAlarm, this.networkAlarm, this.silenceAlarm, this.failureAlarm]
    for (const alarm of alarms) alarm.clear()
    this.closeLink()
  }

  /** Both ways: the channel inside the connection works while signalling is lost, and the other way round. */
  private sayBye(reason: ByeReason): void {
    this.dialogue.bye(reason)
    const { link } = this
    if (link?.sendControl({ type: 'bye', reason }) !== true) return
    // Closing at once would throw away what was just sent.
    this.detachLink()
    this.options.platform.clock.after(BYE_GRACE_MS, () => link.close())
  }

  private get polite(): boolean {
    return this.options.side === 'polite'
  }

  private openLink(): void {
    this.closeLink()
    this.presence = 'present'
    this.linkState = 'connecting'
    const { onRemoteStreams, onFingerprints, onControlOpen } = this.options
    // A link outlives the session for a moment, to carry the goodbye; nobody listens to it then.
    const heed = <A extends unknown[]>(run: (...args: A) => void) => {
      return (...args: A): void => {
        if (!this.stopped) run(...args)
      }
    }
    const link: PeerLink = new PeerLink({
      platform: this.options.platform,
      configuration: this.configuration(),
      polite: this.polite,
      tracks: this.tracks,
      sending: this.sending,
      send: heed((body) => this.dialogue.send(body)),
      onState: heed((state) => this.linkChanged(state)),
      onRemoteStreams: heed(onRemoteStreams),
      onFingerprints: heed(onFingerprints),
      onControlOpen: heed(onControlOpen),
      onControl: heed((message) => {
        if (message.type === 'bye') this.peerGone(message.reason)
        else this.options.onControl(message)
      }),
      onFailure: heed(() => {
        this.failureAlarm.setIfIdle(this.failureWaitMs)
        this.failureWaitMs = Math.min(this.failureWaitMs * 2, FAILURE_WAIT_MAX_MS)
      }),
    })
    this.link = link
    this.credentials.gathered()
    // Not moved by our own new tries: only a sign of the peer does that.
    this.silenceAlarm.setIfIdle(SILENCE_MS)
    this.pauseIfIdle()
    this.step({ type: 'new_link' })
    this.publish()
  }

  private configuration(): RTCConfiguration {
    const { certificate, transport } = this.options
    return {
      iceServers: [...this.access.iceServers],
      iceTransportPolicy: transport,
      bundlePolicy: 'max-bundle',
      ...(certificate === null ? {} : { certificates: [certificate] }),
    }
  }

  private closeLink(): void {
    this.failureAlarm.clear()
    this.credentials.clear()
    this.remoteUfrag = null
    this.link?.close()
    this.detachLink()
  }

  private detachLink(): void {
    if (this.link === null) return
    this.link = null
    this.linkState = 'none'
    this.options.onLinkClosed()
    this.options.onRemoteStreams(null)
  }

  private receive(body: NumberedBody): void {
    if (body.kind === 'description') {
      const ufrag = iceUfragOf(body.sdp)
      const restarted = this.remoteUfrag !== null && ufrag !== this.remoteUfrag
      this.remoteUfrag = ufrag
      if (restarted) {
        this.credentials.gathered()
        this.step({ type: 'remote_restart' })
      }
    }
    this.link?.receive(body)
  }

  private linkChanged(state: LinkState): void {
    this.linkState = state
    if (state === 'connected') {
      this.connectedBefore = true
      this.failureWaitMs = FAILURE_WAIT_FIRST_MS
      this.silenceAlarm.clear()
      if (this.presence === 'away') this.presence = 'present'
    } else {
      this.silenceAlarm.setIfIdle(SILENCE_MS)
    }
    this.step({ type: 'link', state })
    this.publish()
  }

  private heard(): void {
    if (this.linkState !== 'connected') this.silenceAlarm.set(SILENCE_MS)
    if (this.presence === 'present' || this.link === null) return
    this.presence = 'present'
    this.pauseIfIdle()
    this.publish()
  }

  /** Nothing of the peer for long, although our own signalling works: the page is gone without a word. */
  private silent(): void {
    if (this.options.channel.state !== 'open') {
      this.silenceAlarm.set(SILENCE_MS)
      return
    }
    this.presence = 'away'
    this.connectedBefore = false
    this.pauseIfIdle()
    this.publish()
  }

  private peerGone(reason: ByeReason): void {
    this.silenceAlarm.clear()
    this.closeLink()
    this.connectedBefore = false
    this.presence = reason === 'away' ? 'away' : 'left'
    this.recovery = { ...freshRecovery(this.options.platform.clock.now()), since: null }
    this.pauseIfIdle()
    this.publish()
    // Only the specialist can finish it for both; from the other side it is just leaving.
    if (reason === 'finished' && this.polite) this.options.onPeerFinished()
  }

  private signallingChanged(state: SignalState): void {
    if (state === 'closed') {
      this.options.onChannelClosed()
      return
    }
    this.pauseIfIdle()
    if (state === 'open' && this.linkState !== 'connected' && this.link !== null) this.step({ type: 'nudge' })
    this.publish()
  }

  private pauseIfIdle(): void {
    const open = this.options.channel.state === 'open'
    this.step({ type: 'paused', paused: !open || this.presence !== 'present' })
  }

  private step(event: RecoveryEvent): void {
    if (this.stopped) return
    const now = this.options.platform.clock.now()
    const { recovery, action, wakeInMs } = recover(this.recovery, event, now, this.polite)
    this.recovery = recovery
    this.recoveryAlarm.clear()
    if (wakeInMs !== null) this.recoveryAlarm.set(wakeInMs)
    if (action !== null) this.act(action)
    this.publish()
  }

  private act(action: RecoveryAction): void {
    if (action === 'rebuild') this.rebuild()
    else this.restartIce()
  }

  private restartIce(): void {
    if (this.link === null) return
    this.link.restartIce()
    this.credentials.gathered()
  }

  /** A new life of this page: both sides make a new connection (`onPair` follows at once). */
  private rebuild(): void {
    if (!this.stopped) this.dialogue.renew()
  }

  private publish(): void {
    this.options.onStatus({
      signalling: this.options.channel.state,
      peer: this.presence,
      link: this.link === null ? 'none' : this.linkState,
      connectedBefore: this.connectedBefore,
      attempt: this.recovery.attempt,
    })
  }
}
