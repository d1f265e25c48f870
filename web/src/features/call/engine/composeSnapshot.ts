import type { AccessRefusal } from './access'
import type { LocalMediaState } from './media/localMedia'
import { isCameraPaused } from './peer/encoding'
import { phaseOf, problemsOf } from './phase'
import type { SessionStatus } from './session'
import type { CallQuality, CallSnapshot, CallTime, CallVerification, EndReason, RemoteMedia } from './snapshot'
import { keepIfEqual } from './store'
import { heldBackBy, sendingState, type VideoVotes } from './videoPolicy'

/** The part of the quality that is measured, not decided. */
export type Measured = Pick<CallQuality, 'level' | 'reasons' | 'path' | 'rttMs'>

export const UNMEASURED: Measured = { level: 'good', reasons: [], path: null, rttMs: null }

/** Everything that the view-model knows. */
export interface Known {
  readonly ended: EndReason | null
  readonly refusal: AccessRefusal | null
  readonly checking: boolean
  readonly joined: boolean
  readonly session: SessionStatus | null
  readonly local: LocalMediaState
  readonly remote: RemoteMedia
  readonly votes: VideoVotes
  readonly measured: Measured
  readonly verification: CallVerification
  readonly time: CallTime | null
  readonly online: boolean
  readonly accessTrouble: boolean
}

/** What the screen sees: pure. Parts that did not change keep their identity, so that nothing is redrawn for them. */
export function composeSnapshot(previous: CallSnapshot | null, known: Known): CallSnapshot {
  const { session, votes } = known
  const keep = <K extends keyof CallSnapshot>(key: K, next: CallSnapshot[K]): CallSnapshot[K] =>
    previous === null ? next : keepIfEqual(previous[key], next)
  const sending = sendingState(votes, known.local, null)
  const quality: CallQuality = {
    ...known.measured,
    sending: sending.camera,
    heldBackBy: heldBackBy(votes),
    isCameraPaused: isCameraPaused(sending),
    isScreenPaused: sending.screen === 'audio_only',
  }
  const problems = problemsOf({
    local: known.local,
    session,
    online: known.online,
    joined: known.joined,
    accessTrouble: known.accessTrouble,
    mismatch: known.verification.status === 'mismatch',
  })
  return {
    local: known.local,
    phase: keep('phase', phaseOf(known)),
    refusal: known.refusal,
    peer: session?.peer ?? 'unknown',
    signalling: session?.signalling ?? 'connecting',
    audioOnly: votes.audioOnly,
    remote: known.remote,
    quality: keep('quality', quality),
    verification: keep('verification', known.verification),
    time: keep('time', known.time),
    problems: keep('problems', known.ended === null ? problems : []),
  }
}
