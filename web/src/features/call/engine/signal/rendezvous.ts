import { compareEpochs, nextEpoch, sameEpoch, sameTab, type Epoch } from './epoch'
import type { SignalMessage, Side } from './message'

/**
 * Who is in the room: pure. Each side's epoch only ever grows and both sides keep the highest they have
 * seen, so both end with the same pair whatever the channel loses, doubles, delays or replays.
 */
export interface Rendezvous {
  readonly side: Side
  readonly mine: Epoch
  readonly peer: Epoch | null
  /** The peer has addressed `mine`: it knows this life of this page. */
  readonly known: boolean
  /** The peer has addressed some life of this page. */
  readonly everKnown: boolean
}

export type RendezvousEffect =
  /** The peer does not know us yet (or is an old page which should learn so): say hello. */
  | 'say_hello'
  /** A new life of the peer: throw the old connection away and make a new one. */
  | 'new_peer'
  /** Our epoch was raised above one of an earlier page of ours: say hello, drop the connection. */
  | 'raised'
  /** This person has opened the call somewhere else. */
  | 'taken_over'
  /** The message belongs to the present pair of epochs. */
  | 'deliver'

export function rendezvous(side: Side, mine: Epoch): Rendezvous {
  return { side, mine, peer: null, known: false, everKnown: false }
}

/** Takes one message into account; `serverNow` is the server's time in ms as this page believes it. */
export function meet(
  state: Rendezvous,
  message: Pick<SignalMessage, 'side' | 'epoch'>,
  serverNow: number,
): { readonly state: Rendezvous; readonly effects: readonly RendezvousEffect[] } {
  const { from, to } = message.epoch
  // A channel may echo our own messages, or those of another tab of ours.
  if (message.side === state.side) return compareOwn(state, from, serverNow)
  if (to !== null && to.page !== state.mine.page && compareEpochs(to, state.mine) > 0) {
    const outcome = compareOwn(state, to, serverNow)
    if (outcome.effects.includes('taken_over')) return outcome
    // Our new epoch is above the addressed one, so the message itself is not for us.
    return { state: learnPeer(outcome.state, from, false).state, effects: outcome.effects }
  }
  const addressed = sameEpoch(to, state.mine)
  const learnt = learnPeer(state, from, addressed)
  const stale = learnt.state.peer !== null && compareEpochs(from, learnt.state.peer) < 0
  const effects: RendezvousEffect[] = []
  if (learnt.fresh) effects.push('new_peer')
  if (stale || !addressed) effects.push('say_hello')
  if (!stale && addressed) effects.push('deliver')
  return { state: learnt.state, effects }
}

/** A new life of this page, for a new connection. */
export function renew(state: Rendezvous): Rendezvous {
  return { ...state, mine: nextEpoch(state.mine), known: false }
}

/** Another page of ours is above us: is it newer, or did it only believe in a later time? */
function compareOwn(
  state: Rendezvous,
  other: Epoch,
  serverNow: number,
): { state: Rendezvous; effects: readonly RendezvousEffect[] } {
  const { mine } = state
  if (other.page === mine.page || compareEpochs(other, mine) <= 0) return { state, effects: [] }
  const earlier = sameTab(other, mine) || other.n > serverNow
  // Once the peer knew us, whoever is above us came later. Before that, an earlier page of this tab, or one from
  // the future, is the trace of a page that is gone: we are the newer one and go higher.
  if (state.everKnown || !earlier) return { state, effects: ['taken_over'] }
  return { state: { ...state, mine: nextEpoch(mine, other), known: false }, effects: ['raised', 'say_hello'] }
}

function learnPeer(state: Rendezvous, from: Epoch, addressed: boolean): { state: Rendezvous; fresh: boolean } {
  const order = state.peer === null ? 1 : compareEpochs(from, state.peer)
  if (order < 0) return { state, fresh: false }
  const known = addressed || (order === 0 && state.known)
  const everKnown = state.everKnown || addressed
  return { state: { ...state, peer: from, known, everKnown }, fresh: order > 0 }
}
