import type { ControlMessage } from '../peer/control'
import type { Fingerprints } from '../peer/peerLink'
import type { Platform } from '../platform'
import type { CallVerification } from '../snapshot'
import type { VerificationCode } from './code'
import { VerificationExchange } from './exchange'

export interface VerifierOptions {
  readonly platform: Platform
  send(message: ControlMessage): void
  onChange(): void
}

/** The verification as the call screen sees it: the code, and whether the person has compared it. */
export class Verifier {
  private readonly exchange: VerificationExchange
  private fingerprints: Fingerprints | null = null
  private state: CallVerification = { status: 'pending' }
  /** Digits of the code that the person has compared. */
  private compared: string | null = null

  constructor(private readonly options: VerifierOptions) {
    const { platform } = options
    this.exchange = new VerificationExchange({
      sha256: (data) => platform.sha256(data),
      randomBytes: (length) => platform.randomBytes(length),
      send: (message) => options.send(message),
      onCode: (code) => {
        if (this.state.status !== 'mismatch') this.show(code)
      },
      onMismatch: () => {
        this.set({ status: 'mismatch' })
      },
    })
  }

  get current(): CallVerification {
    return this.state
  }

  /** A connection was negotiated with these certificates. */
  negotiated(fingerprints: Fingerprints): void {
    this.fingerprints = fingerprints
  }

  channelOpened(): void {
    if (this.fingerprints !== null) this.exchange.begin(this.fingerprints)
  }

  receive(message: ControlMessage): void {
    this.exchange.receive(message)
  }

  /** The code belongs to a connection: with the connection it is gone, however soon the next one comes. */
  linkClosed(): void {
    this.fingerprints = null
    this.exchange.pause()
    this.set({ status: 'pending' })
  }

  /** The person has compared the code and found it the same. */
  confirm(): void {
    if (this.state.status !== 'ready') return
    this.compared = this.state.code.digits.join(' ')
    this.show(this.state.code)
  }

  private show(code: VerificationCode): void {
    const confirmed = this.compared === code.digits.join(' ')
    this.set({ status: 'ready', code, confirmed, changed: this.compared !== null && !confirmed })
  }

  private set(state: CallVerification): void {
    this.state = state
    this.options.onChange()
  }
}
