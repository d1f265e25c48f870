// The page of the browser test: the engine with its real platform and nothing around it. The test carries the
// signalling between two such pages and reads what the engine and the browser say.
import { browserPlatform, CallViewModel, type CallSnapshot, type LoopResult, type Side } from '../index'
import { probeRelay, type RelayProtocol, type RelayResult } from '../check/relayProbe'
import { runSelfLoop } from '../check/selfLoop'
import type { SignalChannel, SignalHandler, SignalState } from '../signal/channel'
import type { SignalMessage } from '../signal/message'

export interface HarnessOptions {
  readonly side: Side
  readonly transport: RTCIceTransportPolicy
  readonly iceServers: RTCIceServer[]
  readonly expiresInMs: number
}

export interface Counted {
  readonly framesDecoded: number
  readonly soundPackets: number
  readonly width: number
  readonly connections: number
  /** Kinds of the two candidates in use, and how this browser reaches the relay. */
  readonly pair: { readonly local: string; readonly remote: string; readonly protocol: string } | null
}

declare global {
  interface Window {
    harness: Harness
    /** Given by the test: takes a message of this page to the other one. */
    sendSignal(message: SignalMessage): Promise<void>
  }
}

class BridgeChannel implements SignalChannel {
  state: SignalState = 'open'
  private readonly handlers = new Set<SignalHandler>()

  async send(message: SignalMessage): Promise<void> {
    if (this.state !== 'open') throw new Error('signalling is lost')
    await window.sendSignal(message)
  }

  subscribe(handler: SignalHandler): () => void {
    this.handlers.add(handler)
    return () => this.handlers.delete(handler)
  }

  deliver(raw: unknown): void {
    for (const handler of this.handlers) handler.onMessage(raw)
  }

  change(state: SignalState): void {
    this.state = state
    for (const handler of this.handlers) handler.onState(state)
  }
}

class Harness {
  readonly channel = new BridgeChannel()
  readonly connections: RTCPeerConnection[] = []
  private call: CallViewModel | null = null
  private options: HarnessOptions | null = null
  granted = 0

  start(options: HarnessOptions): void {
    this.options = options
    const platform = browserPlatform()
    this.call = new CallViewModel({
      platform: {
        ...platform,
        createPeerConnection: (configuration) => {
          const connection = platform.createPeerConnection(configuration)
          this.connections.push(connection)
          return connection
        },
      },
      channel: this.channel,
      side: options.side,
      serverNow: Date.now(),
      transport: options.transport,
      fetchAccess: () => {
        this.granted += 1
        const now = Date.now()
        return Promise.resolve({
          iceServers: options.iceServers,
          expiresAt: now + options.expiresInMs,
          serverNow: now,
          times: { startsAt: now, endsAt: now + 3_000_000, closesAt: now + 3_600_000 },
        })
      },
    })
    this.show(this.call)
    void this.call.join({ microphone: true, camera: true })
  }

  get model(): CallViewModel {
    if (this.call === null) throw new Error('not started')
    return this.call
  }

  /** The snapshot without its streams, which don't leave the page. */
  snapshot(): Omit<CallSnapshot, 'local' | 'remote'> & {
    remote: Pick<CallSnapshot['remote'], 'microphone' | 'camera' | 'sharing'>
  } {
    const { remote, ...rest } = this.model.getSnapshot()
    const { microphone, camera, sharing } = remote
    return { ...rest, remote: { microphone, camera, sharing } }
  }

  async count(): Promise<Counted> {
    const connection = this.connections.findLast((one) => one.connectionState !== 'closed')
    const counted = { framesDecoded: 0, soundPackets: 0, width: 0, connections: this.connections.length }
    let pair: Counted['pair'] = null
    if (connection === undefined) return { ...counted, pair }
    const entries = new Map<string, Record<string, unknown>>()
    const report = await connection.getStats()
    report.forEach((entry: Record<string, unknown>) => entries.set(String(entry.id), entry))
    for (const entry of entries.values()) {
      if (entry.type === 'inbound-rtp' && entry.kind === 'video') {
        counted.framesDecoded += Number(entry.framesDecoded ?? 0)
        counted.width = Math.max(counted.width, Number(entry.frameWidth ?? 0))
      }
      if (entry.type === 'inbound-rtp' && entry.kind === 'audio') counted.soundPackets += Number(entry.packetsReceived)
      const used = entry.type === 'transport' ? entries.get(String(entry.selectedCandidatePairId)) : undefined
      const local = used === undefined ? undefined : entries.get(String(used.localCandidateId))
      const remote = used === undefined ? undefined : entries.get(String(used.remoteCandidateId))
      if (local !== undefined && remote !== undefined) {
        pair = {
          local: String(local.candidateType),
          remote: String(remote.candidateType),
          protocol: String(local.relayProtocol ?? local.protocol),
        }
      }
    }
    return { ...counted, pair }
  }

  ufrag(): string {
    const connection = this.connections.findLast((one) => one.connectionState !== 'closed')
    return /a=ice-ufrag:(\S+)/.exec(connection?.localDescription?.sdp ?? '')?.[1] ?? ''
  }

  async probe(protocol: RelayProtocol, iceServers: RTCIceServer[]): Promise<RelayResult> {
    return probeRelay(browserPlatform(), iceServers, protocol)
  }

  async loop(iceServers: RTCIceServer[], transport: RTCIceTransportPolicy): Promise<LoopResult> {
    return runSelfLoop(browserPlatform(), iceServers, transport)
  }

  get servers(): RTCIceServer[] {
    return this.options?.iceServers ?? []
  }

  private show(call: CallViewModel): void {
    const voice = document.createElement('audio')
    const video = document.createElement('video')
    const screen = document.createElement('video')
    for (const element of [voice, video, screen]) {
      element.autoplay = true
      if (element instanceof HTMLVideoElement) element.playsInline = true
      document.body.append(element)
    }
    call.subscribe(() => {
      const { remote } = call.getSnapshot()
      if (voice.srcObject !== remote.voice) voice.srcObject = remote.voice
      if (video.srcObject !== remote.face) video.srcObject = remote.face
      if (screen.srcObject !== remote.screen) screen.srcObject = remote.screen
    })
  }
}

window.harness = new Harness()
