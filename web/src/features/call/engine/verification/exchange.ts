import type { CommitControl, ControlMessage, RevealControl } from '../peer/control'
import type { Fingerprints } from '../peer/peerLink'
import { commitmentOf, hex, verificationCode, type Sha256, type VerificationCode } from './code'

/**
 * Commit, then reveal, over the encrypted control channel.
 *
 * Why not simply words from the two fingerprints: five words are 40 bits, and somebody in the middle may
 * choose BOTH certificates he shows. With a million prepared keys for each side he finds two that give both
 * people the same words within seconds. With a promise first (as in ZRTP, RFC 6189 §4.4.1.1) he has one
 * guess: each end tells its nonce only after the other's promise has arrived.
 *
 * The code belongs to the pair of certificates. A page keeps its certificate, so a rebuilt connection keeps
 * its words and a reloaded page gets new ones. For one pair of certificates the first promise counts: a
 * nonce that is already told must not be answered by a newly chosen one.
 */
export interface ExchangeOptions {
  readonly sha256: Sha256
  randomBytes(length: number): Uint8Array
  send(message: CommitControl | RevealControl): void
  onCode(code: VerificationCode): void
  /** The two ends contradict each other: somebody may be in between, or the other page is broken. */
  onMismatch(): void
}

interface Pair {
  readonly fingerprints: Fingerprints
  readonly nonce: string
  peerCommitment: string | null
  code: VerificationCode | null
}

const NONCE_LENGTH = 32
/** Each reload of the other side is a pair; more than this in one page is no person reloading. */
const PAIRS_MAX = 32

export class VerificationExchange {
  private readonly pairs = new Map<string, Pair>()
  private current: Pair | null = null
  private queue: Promise<void> = Promise.resolve()

  constructor(private readonly options: ExchangeOptions) {}

  /** The control channel of a connection with these certificates is open. */
  begin(fingerprints: Fingerprints): void {
    const key = `${fingerprints.mine} ${fingerprints.yours}`
    const pair: Pair = this.pairs.get(key) ?? {
      fingerprints,
      nonce: hex(this.options.randomBytes(NONCE_LENGTH)),
      peerCommitment: null,
      code: null,
    }
    if (this.pairs.size >= PAIRS_MAX) this.pairs.clear()
    this.pairs.set(key, pair)
    this.current = pair
    if (pair.code !== null) this.options.onCode(pair.code)
    this.enqueue(pair, () => this.commit(pair))
  }

  /** The connection is gone: nothing more is taken until the next `begin`. */
  pause(): void {
    this.current = null
  }

  receive(message: ControlMessage): void {
    const pair = this.current
    if (pair === null) return
    if (message.type === 'commit') this.enqueue(pair, () => this.onCommit(pair, message))
    if (message.type === 'reveal') this.enqueue(pair, () => this.onReveal(pair, message))
  }

  private async commit(pair: Pair): Promise<void> {
    const { mine, yours } = pair.fingerprints
    const commitment = await commitmentOf(this.options.sha256, { fingerprint: mine, nonce: pair.nonce })
    if (this.current === pair) this.options.send({ type: 'commit', commitment, mine, yours })
  }

  private onCommit(pair: Pair, message: CommitControl): Promise<void> {
    const { mine, yours } = pair.fingerprints
    const known = pair.peerCommitment
    if (message.mine !== yours || message.yours !== mine || (known !== null && known !== message.commitment)) {
      this.options.onMismatch()
      return Promise.resolve()
    }
    pair.peerCommitment = message.commitment
    this.options.send({ type: 'reveal', nonce: pair.nonce })
    return Promise.resolve()
  }

  private async onReveal(pair: Pair, message: RevealControl): Promise<void> {
    if (pair.peerCommitment === null) return
    const peer = { fingerprint: pair.fingerprints.yours, nonce: message.nonce }
    if ((await commitmentOf(this.options.sha256, peer)) !== pair.peerCommitment) {
      this.options.onMismatch()
      return
    }
    const me = { fingerprint: pair.fingerprints.mine, nonce: pair.nonce }
    pair.code = await verificationCode(this.options.sha256, me, peer)
    if (this.current === pair) this.options.onCode(pair.code)
  }

  private enqueue(pair: Pair, step: () => Promise<void>): void {
    this.queue = this.queue.then(async () => {
      if (this.current === pair) await step()
    })
  }
}
