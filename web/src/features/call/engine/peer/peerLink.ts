import { Alarm, type Cancel } from '../clock'
import type { MediaKind, Platform } from '../platform'
import type { IceCandidate } from '../signal/message'
import type { NumberedBody } from '../signal/reliable'
import { encodeControl, parseControl, type ControlMessage } from './control'
import {
  applyAudioEncoding,
  applyVideoEncoding,
  AUDIO_MAX_BPS,
  preferredCodecs,
  VIDEO_START_KBPS,
  videoPlan,
  type SendingState,
} from './encoding'
import { Negotiator } from './negotiator'
import { adaptRemoteSdp, fingerprintOf, tellableCandidate, withoutAddresses } from './sdp'

/**
 * The three media sections of every connection, in this order. The screen has its own section from the
 * beginning, empty until somebody shares: starting and stopping needs no negotiation and the face stays.
 */
export type Slot = 'microphone' | 'camera' | 'screen'

const SLOTS: readonly { readonly slot: Slot; readonly kind: MediaKind }[] = [
  { slot: 'microphone', kind: 'audio' },
  { slot: 'camera', kind: 'video' },
  { slot: 'screen', kind: 'video' },
]

export type LinkState = 'connecting' | 'connected' | 'disconnected' | 'failed'

/** Certificate fingerprints as `fingerprintOf` gives them. */
export interface Fingerprints {
  readonly mine: string
  readonly yours: string
}

export interface RemoteStreams {
  /** Apart from the face: an element that gets both plays nothing until a first frame comes, and from a camera that is off none ever does. Both
   * were sent as one stream, so the browser still keeps them in step. */
  readonly voice: MediaStream
  readonly face: MediaStream
  readonly screen: MediaStream
}

export interface PeerLinkEvents {
  onState(state: LinkState): void
  onRemoteStreams(streams: RemoteStreams): void
  onFingerprints(fingerprints: Fingerprints): void
  onControlOpen(): void
  onControl(message: ControlMessage): void
  /** The connection can't be repaired; make a new one. */
  onFailure(): void
}

export interface PeerLinkOptions extends PeerLinkEvents {
  readonly platform: Platform
  readonly configuration: RTCConfiguration
  readonly polite: boolean
  readonly tracks: Readonly<Record<Slot, MediaStreamTrack | null>>
  readonly sending: SendingState
  send(body: NumberedBody): void
}

const CANDIDATE_GATHER_MS = 20

/** One peer connection, from its first offer until it is thrown away. Knows nothing of recovery. */
export class PeerLink {
  private readonly connection: RTCPeerConnection
  private readonly negotiator: Negotiator
  private readonly control: RTCDataChannel
  private readonly slots = new Map<Slot, RTCRtpTransceiver>()
  private readonly tracks: Record<Slot, MediaStreamTrack | null>
  private readonly mainStream: MediaStream
  private sending: SendingState
  private sendingQueue: Promise<void> = Promise.resolve()
  private candidates: IceCandidate[] = []
  private readonly candidateAlarm: Alarm
  private fingerprints: Fingerprints | null = null
  private closed = false
  private readonly cancels: Cancel[] = []

  constructor(private readonly options: PeerLinkOptions) {
    const { platform } = options
    this.tracks = { ...options.tracks }
    this.sending = options.sending
    this.mainStream = platform.createStream([])
    this.candidateAlarm = new Alarm(platform.clock, () => this.flushCandidates())
    this.connection = platform.createPeerConnection(options.configuration)
    this.listen()
    this.negotiator = new Negotiator(this.connection, {
      polite: options.polite,
      send: (body) => {
        options.send({ ...body, sdp: withoutAddresses(body.sdp) })
      },
      adaptRemote: (sdp) => this.adaptRemote(sdp),
      beforeAnswer: () => this.adoptSlots(),
      onStable: () => this.stable(),
      onFailure: () => options.onFailure(),
    })
    this.control = this.connection.createDataChannel('control', { negotiated: true, id: 0 })
    this.listenToControl()
    if (!options.polite) this.layOutSlots()
  }

  receive(body: NumberedBody): void {
    this.negotiator.receive(body)
  }

  /** What a slot sends; null sends nothing. Needs no negotiation. */
  setTrack(slot: Slot, track: MediaStreamTrack | null): void {
    this.tracks[slot] = track
    void this.replaceTrack(slot)
  }

  setSending(sending: SendingState): void {
    this.sending = sending
    this.applySending()
  }

  restartIce(): void {
    if (!this.closed) this.connection.restartIce()
  }

  /** New servers and credentials; they count from the next ICE restart on. */
  setIceServers(iceServers: RTCIceServer[]): void {
    if (this.closed) return
    this.connection.setConfiguration({ ...this.options.configuration, iceServers })
  }

  /** False when the channel isn't open. */
  sendControl(message: ControlMessage): boolean {
    if (this.control.readyState !== 'open') return false
    try {
      this.control.send(encodeControl(message))
      return true
    } catch {
      // It closed between the check and the call; the link's own state says what happens next.
      return false
    }
  }

  async stats(): Promise<readonly Record<string, unknown>[]> {
    const report = await this.connection.getStats()
    const entries: Record<string, unknown>[] = []
    report.forEach((entry: Record<string, unknown>) => entries.push(entry))
    return entries
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.negotiator.close()
    this.candidateAlarm.clear()
    for (const cancel of this.cancels.splice(0)) cancel()
    this.connection.close()
  }

  private listen(): void {
    this.on(this.connection, 'icecandidate', (event) =>
      this.collectCandidate((event as RTCPeerConnectionIceEvent).candidate),
    )
    this.on(this.connection, 'connectionstatechange', () => this.connectionStateChanged())
  }

  private listenToControl(): void {
    this.on(this.control, 'open', () => this.options.onControlOpen())
    this.on(this.control, 'message', (event) => {
      const message = parseControl((event as MessageEvent).data)
      if (message !== null) this.options.onControl(message)
    })
  }

  private on(target: EventTarget, type: string, run: (event: Event) => void): void {
    const listener = (event: Event): void => {
      if (!this.closed) run(event)
    }
    target.addEventListener(type, listener)
    this.cancels.push(() => target.removeEventListener(type, listener))
  }

  private connectionStateChanged(): void {
    const { connectionState, iceConnectionState } = this.connection
    switch (connectionState) {
      case 'connected':
        this.applySending()
        this.options.onState('connected')
        return
      case 'disconnected':
        this.options.onState('disconnected')
        return
      case 'failed':
        this.options.onState('failed')
        // The path is there but the encryption on it failed: no ICE restart mends that.
        if (iceConnectionState === 'connected' || iceConnectionState === 'completed') this.options.onFailure()
        return
      case 'new':
      case 'connecting':
        this.options.onState('connecting')
        return
      case 'closed':
        return
    }
  }

  private collectCandidate(candidate: RTCIceCandidate | null): void {
    if (candidate === null || candidate.candidate === '') return
    const relayOnly = this.options.configuration.iceTransportPolicy === 'relay'
    const told = tellableCandidate(candidate.candidate, relayOnly)
    if (told === null) return
    this.candidates.push({
      candidate: told,
      sdpMid: candidate.sdpMid,
      sdpMLineIndex: candidate.sdpMLineIndex,
      usernameFragment: candidate.usernameFragment,
    })
    // They come in bursts; one message for a burst.
    this.candidateAlarm.setIfIdle(CANDIDATE_GATHER_MS)
  }

  private flushCandidates(): void {
    const candidates = this.candidates.splice(0)
    if (candidates.length > 0) this.options.send({ kind: 'candidates', candidates })
  }

  private layOutSlots(): void {
    for (const { slot, kind } of SLOTS) {
      const transceiver = this.connection.addTransceiver(kind, {
        direction: 'sendrecv',
        streams: slot === 'screen' ? [] : [this.mainStream],
      })
      void this.takeSlot(slot, kind, transceiver)
    }
    this.tellStreams()
  }

  /** The polite side takes over the sections of the first offer: first sound, first and second picture. */
  private async adoptSlots(): Promise<void> {
    if (this.slots.size > 0) return
    const offered = this.connection.getTransceivers()
    const replaced: Promise<void>[] = []
    for (const { slot, kind } of SLOTS) {
      const taken = [...this.slots.values()]
      const transceiver = offered.find((one) => one.receiver.track.kind === kind && !taken.includes(one))
      if (transceiver === undefined) throw new Error(`offer without a section for ${slot}`)
      transceiver.direction = 'sendrecv'
      if (slot !== 'screen' && 'setStreams' in transceiver.sender) transceiver.sender.setStreams(this.mainStream)
      replaced.push(this.takeSlot(slot, kind, transceiver))
    }
    await Promise.all(replaced)
    this.tellStreams()
  }

  private takeSlot(slot: Slot, kind: MediaKind, transceiver: RTCRtpTransceiver): Promise<void> {
    this.slots.set(slot, transceiver)
    const codecs = preferredCodecs(this.options.platform, kind)
    try {
      if (codecs.length > 0) transceiver.setCodecPreferences(codecs)
    } catch {
      // Only an order of preference: the browser's own order works as well.
    }
    return this.replaceTrack(slot)
  }

  private tellStreams(): void {
    const track = (slot: Slot): MediaStreamTrack[] => {
      const transceiver = this.slots.get(slot)
      return transceiver === undefined ? [] : [transceiver.receiver.track]
    }
    const { platform } = this.options
    this.options.onRemoteStreams({
      voice: platform.createStream(track('microphone')),
      face: platform.createStream(track('camera')),
      screen: platform.createStream(track('screen')),
    })
  }

  private async replaceTrack(slot: Slot): Promise<void> {
    const sender = this.slots.get(slot)?.sender
    if (this.closed || sender === undefined) return
    try {
      await sender.replaceTrack(this.tracks[slot])
    } catch {
      // The link was closed meanwhile, or the track can't be sent in the negotiated format: the slot stays
      // silent and the state told over the control channel says so.
    }
  }

  private applySending(): void {
    // One after the other: a sender refuses parameters read before another change (W3C WebRTC §5.2).
    this.sendingQueue = this.sendingQueue.then(async () => {
      if (this.closed) return
      const plan = videoPlan(this.sending)
      const sender = (slot: Slot): RTCRtpSender | undefined => this.slots.get(slot)?.sender
      const [microphone, camera, screen] = [sender('microphone'), sender('camera'), sender('screen')]
      if (microphone !== undefined) await applyAudioEncoding(microphone)
      if (camera !== undefined) await applyVideoEncoding(camera, plan.camera)
      if (screen !== undefined) await applyVideoEncoding(screen, plan.screen)
    })
  }

  private adaptRemote(sdp: string): string | null {
    const fingerprint = fingerprintOf(sdp)
    // A certificate may not change under a connection whose words the two people have compared.
    if (fingerprint === null) return null
    if (this.fingerprints !== null && this.fingerprints.yours !== fingerprint) return null
    return adaptRemoteSdp(sdp, { videoStartKbps: VIDEO_START_KBPS, audioMaxBps: AUDIO_MAX_BPS })
  }

  private stable(): void {
    this.applySending()
    if (this.fingerprints !== null) return
    const mine = fingerprintOf(this.connection.localDescription?.sdp ?? '')
    const yours = fingerprintOf(this.connection.remoteDescription?.sdp ?? '')
    if (mine === null || yours === null) return
    this.fingerprints = { mine, yours }
    this.options.onFingerprints(this.fingerprints)
  }
}
