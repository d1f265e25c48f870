import type { FakeClock } from './fakeClock'
import { FakeTrack } from './fakeMedia'
import type { FakeNet } from './fakeNet'

export { FakeNet } from './fakeNet'

interface Description {
  readonly type: RTCSdpType
  readonly sdp: string
}

interface Path {
  readonly mine: string
  readonly theirs: string
}

const STEP_MS = 15
const GATHER_MS = 60

class FakeSender {
  track: MediaStreamTrack | null = null
  parameters: RTCRtpSendParameters = {
    encodings: [{}],
    transactionId: '',
    codecs: [],
    headerExtensions: [],
    rtcp: {},
  }

  replaceTrack(track: MediaStreamTrack | null): Promise<void> {
    this.track = track
    return Promise.resolve()
  }

  getParameters(): RTCRtpSendParameters {
    return structuredClone(this.parameters)
  }

  setParameters(parameters: RTCRtpSendParameters): Promise<void> {
    this.parameters = structuredClone(parameters)
    return Promise.resolve()
  }

  setStreams(): void {
    // The fake network carries no media, so there is nothing to keep in step.
  }
}

class FakeTransceiver {
  mid: string | null = null
  readonly sender = new FakeSender()
  readonly receiver: { track: MediaStreamTrack }

  constructor(
    readonly kind: 'audio' | 'video',
    public direction: RTCRtpTransceiverDirection,
  ) {
    this.receiver = { track: new FakeTrack(kind).asTrack() }
  }

  setCodecPreferences(): void {
    // No codecs in the fake.
  }
}

class FakeChannel extends EventTarget {
  readyState: RTCDataChannelState = 'connecting'
  private readonly waiting: string[] = []
  private pumping = false

  constructor(private readonly owner: FakePeerConnection) {
    super()
  }

  open(): void {
    if (this.readyState !== 'connecting') return
    this.readyState = 'open'
    this.dispatchEvent(new Event('open'))
  }

  send(data: string): void {
    if (this.readyState !== 'open') throw new DOMException('not open', 'InvalidStateError')
    this.waiting.push(data)
    this.pump()
  }

  /** Like SCTP: in order, kept until a path is there. */
  private pump(): void {
    if (this.pumping) return
    this.pumping = true
    this.owner.clock.after(STEP_MS, () => {
      this.pumping = false
      if (this.owner.closed) return
      const target = this.owner.net.partnerOf(this.owner)?.channel
      if (target?.readyState === 'open') {
        for (const data of this.waiting.splice(0)) target.dispatchEvent(new MessageEvent('message', { data }))
      }
      if (this.waiting.length > 0) this.pump()
    })
  }
}

/** RTCPeerConnection with the rules of JSEP and none of the media. */
export class FakePeerConnection extends EventTarget {
  signalingState: RTCSignalingState = 'stable'
  connectionState: RTCPeerConnectionState = 'new'
  iceGatheringState: RTCIceGatheringState = 'new'
  closed = false
  losing = false
  path: Path | null = null
  channel: FakeChannel | null = null
  offers = 0
  readonly clock: FakeClock
  /** Added to what a healthy connection tells. */
  statsEntries: Record<string, unknown>[] = []
  private readonly transceivers: FakeTransceiver[] = []
  private currentLocal: Description | null = null
  private currentRemote: Description | null = null
  private pendingLocal: Description | null = null
  private pendingRemote: Description | null = null
  private restartWanted = false
  private restartOffered = false
  private needQueued = false
  private readonly remoteCandidates = new Set<string>()
  private readonly fingerprint: string

  constructor(
    readonly net: FakeNet,
    public configuration: RTCConfiguration,
  ) {
    super()
    this.clock = net.clock
    const [certificate] = configuration.certificates ?? []
    this.fingerprint =
      (certificate as unknown as { fingerprint: string } | undefined)?.fingerprint ??
      [...net.random.bytes(32)].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':')
    net.add(this)
  }

  get iceConnectionState(): string {
    return this.connectionState === 'connecting' ? 'checking' : this.connectionState
  }

  get localDescription(): Description | null {
    return this.pendingLocal ?? this.currentLocal
  }

  get remoteDescription(): Description | null {
    return this.pendingRemote ?? this.currentRemote
  }

  get localUfrags(): string[] {
    return [this.currentLocal, this.pendingLocal].map(ufragOf).filter((ufrag) => ufrag !== null)
  }

  /** The path that the negotiated descriptions ask for, once candidates for it are known. */
  get wantedPath(): Path | null {
    const mine = ufragOf(this.currentLocal)
    const theirs = ufragOf(this.currentRemote)
    if (mine === null || theirs === null || !this.remoteCandidates.has(theirs)) return null
    return { mine, theirs }
  }

  addTransceiver(kind: 'audio' | 'video', init: RTCRtpTransceiverInit): FakeTransceiver {
    const transceiver = new FakeTransceiver(kind, init.direction ?? 'sendrecv')
    this.transceivers.push(transceiver)
    this.checkNeed()
    return transceiver
  }

  getTransceivers(): FakeTransceiver[] {
    return [...this.transceivers]
  }

  createDataChannel(): FakeChannel {
    this.channel = new FakeChannel(this)
    this.checkNeed()
    return this.channel
  }

  restartIce(): void {
    this.restartWanted = true
    this.checkNeed()
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.configuration = configuration
  }

  getStats(): Promise<Map<string, Record<string, unknown>>> {
    const packets = Math.floor(this.clock.now() / 20)
    const sound = {
      id: 'in-a',
      type: 'inbound-rtp',
      kind: 'audio',
      packetsReceived: packets,
      bytesReceived: packets * 80,
    }
    return Promise.resolve(new Map([sound, ...this.statsEntries].map((entry) => [String(entry.id), entry])))
  }

  async setLocalDescription(): Promise<void> {
    await this.step()
    if (this.signalingState === 'have-remote-offer') this.answer()
    else this.offer()
    this.connecting()
    this.gather()
    this.net.evaluate()
  }

  async setRemoteDescription(description: Description): Promise<void> {
    await this.step()
    if (!description.sdp.includes('a=fingerprint:')) throw new DOMException('no fingerprint', 'OperationError')
    if (description.type === 'offer') this.takeOffer(description)
    else this.takeAnswer(description)
    this.connecting()
    this.net.evaluate()
  }

  async addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    await Promise.resolve()
    if (this.remoteDescription === null) throw new DOMException('no remote description', 'InvalidStateError')
    const known = [this.currentRemote, this.pendingRemote].map(ufragOf)
    const ufrag = candidate.usernameFragment ?? null
    if (ufrag === null || !known.includes(ufrag)) throw new DOMException('unknown ufrag', 'OperationError')
    this.remoteCandidates.add(ufrag)
    this.net.evaluate()
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.signalingState = 'closed'
    this.connectionState = 'closed'
    this.net.evaluate()
  }

  setState(state: RTCPeerConnectionState): void {
    if (this.closed || this.connectionState === state) return
    this.connectionState = state
    this.dispatchEvent(new Event('connectionstatechange'))
    if (state === 'connected') this.channel?.open()
  }

  /** Operations take a moment; on a closed connection they never end (W3C WebRTC §4.4.1.5). */
  private async step(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.clock.after(this.net.random.below(STEP_MS), () => {
        if (!this.closed) resolve()
      })
    })
  }

  private offer(): void {
    this.offers += 1
    this.transceivers.forEach((transceiver, index) => {
      transceiver.mid ??= String(index)
    })
    const fresh = this.restartWanted || this.currentLocal === null
    this.restartOffered = this.restartWanted
    this.restartWanted = false
    const ufrag = fresh ? this.net.newName('u') : (ufragOf(this.currentLocal) ?? this.net.newName('u'))
    this.pendingLocal = this.describe('offer', ufrag)
    this.signalingState = 'have-local-offer'
  }

  private answer(): void {
    const restarted = ufragOf(this.pendingRemote) !== ufragOf(this.currentRemote)
    const old = ufragOf(this.currentLocal)
    if (restarted) this.restartWanted = false
    this.currentLocal = this.describe('answer', restarted || old === null ? this.net.newName('u') : old)
    this.currentRemote = this.pendingRemote
    this.becomeStable()
  }

  private takeOffer(description: Description): void {
    if (this.signalingState === 'have-local-offer') {
      this.pendingLocal = null
      if (this.restartOffered) this.restartWanted = true
    }
    this.pendingRemote = description
    this.signalingState = 'have-remote-offer'
    sectionsOf(description.sdp).forEach((kind, index) => {
      if (kind === 'application' || this.transceivers.some((one) => one.mid === String(index))) return
      const transceiver = new FakeTransceiver(kind, 'recvonly')
      transceiver.mid = String(index)
      this.transceivers.push(transceiver)
    })
  }

  private takeAnswer(description: Description): void {
    if (this.signalingState !== 'have-local-offer') throw new DOMException('no offer', 'InvalidStateError')
    this.currentLocal = this.pendingLocal
    this.currentRemote = description
    this.becomeStable()
  }

  private becomeStable(): void {
    this.pendingLocal = null
    this.pendingRemote = null
    this.signalingState = 'stable'
    this.checkNeed()
  }

  private connecting(): void {
    if (this.connectionState === 'new') this.setState('connecting')
  }

  private gather(): void {
    const ufrag = ufragOf(this.localDescription)
    for (const delay of [0.3, 1]) {
      this.clock.after(this.net.random.below(GATHER_MS) * delay, () => {
        if (this.closed || ufrag === null || !this.localUfrags.includes(ufrag)) return
        const candidate = {
          candidate: `candidate:1 1 udp 41885439 203.0.113.7 49170 typ relay raddr 198.51.100.9 rport 4711 ufrag ${ufrag}`,
          sdpMid: '0',
          sdpMLineIndex: 0,
          usernameFragment: ufrag,
        }
        this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate }))
      })
    }
  }

  private describe(type: RTCSdpType, ufrag: string): Description {
    const kinds: string[] = this.transceivers.map((one) => one.kind)
    if (this.channel !== null) kinds.push('application')
    const head = ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0']
    const sections = kinds.flatMap((kind, index) => [
      `m=${kind} 9 UDP/TLS/RTP/SAVPF 111`,
      'c=IN IP4 198.51.100.9',
      `a=mid:${String(index)}`,
      `a=ice-ufrag:${ufrag}`,
      `a=fingerprint:sha-256 ${this.fingerprint}`,
    ])
    return { type, sdp: [...head, ...sections, ''].join('\r\n') }
  }

  private checkNeed(): void {
    if (this.needQueued) return
    this.needQueued = true
    queueMicrotask(() => {
      this.needQueued = false
      if (this.closed || this.signalingState !== 'stable' || !this.needed()) return
      this.dispatchEvent(new Event('negotiationneeded'))
    })
  }

  private needed(): boolean {
    const described = sectionsOf(this.currentLocal?.sdp ?? '')
    return (
      this.restartWanted ||
      this.transceivers.some((one) => one.mid === null) ||
      (this.channel !== null && !described.includes('application'))
    )
  }
}

function ufragOf(description: Description | null): string | null {
  return /^a=ice-ufrag:(\S+)\s*$/m.exec(description?.sdp ?? '')?.[1] ?? null
}

function sectionsOf(sdp: string): ('audio' | 'video' | 'application')[] {
  return [...sdp.matchAll(/^m=(audio|video|application)/gm)].map(
    (match) => match[1] as 'audio' | 'video' | 'application',
  )
}
