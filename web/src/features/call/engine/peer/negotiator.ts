import type { CandidatesBody, DescriptionBody } from '../signal/message'
import type { NumberedBody } from '../signal/reliable'

export interface NegotiatorOptions {
  /** Gives way when both offer at once; also never makes the very first offer. */
  readonly polite: boolean
  send(description: DescriptionBody): void
  /** Rewrites a description of the other side before it is applied; null refuses it. */
  adaptRemote(sdp: string): string | null
  /** Between a remote offer and our answer: adopt its media sections. */
  beforeAnswer(): Promise<void>
  /** A round of negotiation is complete. */
  onStable(): void
  /** The connection is beyond repair; a new one is needed. */
  onFailure(): void
}

/**
 * Perfect negotiation (W3C WebRTC 1.0, §10.7) on one peer connection. Every step runs alone in a queue, so
 * the signalling state at the start of a step is the truth and no flag has to guess at half-done steps.
 *
 * The impolite side makes the first offer: it lays out the media sections and the polite side adopts them.
 * Later (ICE restart) either may offer.
 */
export class Negotiator {
  private queue: Promise<void> = Promise.resolve()
  private ignoringOffer = false
  private closed = false

  constructor(
    private readonly connection: RTCPeerConnection,
    private readonly options: NegotiatorOptions,
  ) {
    connection.addEventListener('negotiationneeded', () => this.enqueue(() => this.offer()))
  }

  receive(body: NumberedBody): void {
    this.enqueue(() => (body.kind === 'description' ? this.take(body) : this.addCandidates(body)))
  }

  close(): void {
    this.closed = true
  }

  private async offer(): Promise<void> {
    const { connection } = this
    // The browser repeats the event once the state is stable, if the need is still there.
    if (connection.signalingState !== 'stable') return
    if (this.options.polite && connection.remoteDescription === null) return
    await connection.setLocalDescription()
    this.sendLocal()
  }

  private async take(body: DescriptionBody): Promise<void> {
    const { connection } = this
    if (body.type === 'answer' && connection.signalingState !== 'have-local-offer') return
    const collision = body.type === 'offer' && connection.signalingState !== 'stable'
    this.ignoringOffer = collision && !this.options.polite
    if (this.ignoringOffer) return
    const sdp = this.options.adaptRemote(body.sdp)
    if (sdp === null) {
      this.fail()
      return
    }
    // On a collision this rolls our own offer back first (JSEP, RFC 9429 §4.1.10.2).
    await connection.setRemoteDescription({ type: body.type, sdp })
    if (this.closed) return
    if (body.type === 'offer') {
      await this.options.beforeAnswer()
      if (this.isClosed()) return
      await connection.setLocalDescription()
      this.sendLocal()
    }
    if (!this.isClosed()) this.options.onStable()
  }

  private async addCandidates(body: CandidatesBody): Promise<void> {
    for (const candidate of body.candidates) {
      try {
        await this.connection.addIceCandidate(candidate)
      } catch {
        // Of an offer that was ignored, of a generation that is over, or of a kind this browser doesn't
        // know: a connection lives on its good candidates, the recovery ladder judges the result.
      }
    }
  }

  private sendLocal(): void {
    const description = this.connection.localDescription
    if (this.closed || description === null) return
    if (description.type !== 'offer' && description.type !== 'answer') return
    this.options.send({ kind: 'description', type: description.type, sdp: description.sdp })
  }

  private enqueue(step: () => Promise<void>): void {
    this.queue = this.queue.then(async () => {
      if (this.closed) return
      try {
        await step()
      } catch {
        this.fail()
      }
    })
  }

  private fail(): void {
    if (this.closed) return
    this.closed = true
    this.options.onFailure()
  }

  // A method, because the compiler would keep believing the check before an await.
  private isClosed(): boolean {
    return this.closed
  }
}
