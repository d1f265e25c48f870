import type { Cancel } from '../clock'
import type { SignalMessage } from './message'

/**
 * `connecting`: not open yet · `open`: messages flow · `lost`: trying to come back by itself ·
 * `closed`: the server has closed the room or refuses this person; it will not open again.
 */
export type SignalState = 'connecting' | 'open' | 'lost' | 'closed'

export interface SignalHandler {
  /** A message of the other side, as parsed JSON. The engine checks it; the channel need not. */
  onMessage(raw: unknown): void
  onState(state: SignalState): void
}

/**
 * The way to the other browser through the server. Expected: at least once. The engine itself copes with
 * messages which come twice, late, out of order, again after a reconnect, or never.
 */
export interface SignalChannel {
  readonly state: SignalState
  /** Resolves when the server has taken the message; a rejection is repeated by the engine. */
  send(message: SignalMessage): Promise<void>
  subscribe(handler: SignalHandler): Cancel
}
