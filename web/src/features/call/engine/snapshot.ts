import type { AccessRefusal } from './access'
import type { LocalMediaState } from './media/localMedia'
import type { HeldBackBy, RemoteCamera, RemoteMicrophone } from './peer/control'
import type { QualityLevel, QualityReason } from './quality/assess'
import type { Stage } from './quality/stage'
import type { PeerPresence } from './session'
import type { SignalState } from './signal/channel'
import type { VerificationCode } from './verification/code'

/** Where the call stands; the one thing the call screen is built around. */
export type CallPhase =
  | { readonly name: 'idle' }
  /** The device check is open; the person has not joined. */
  | { readonly name: 'checking' }
  /** Joined; the other person is not there (yet, or no more). See `peer`. */
  | { readonly name: 'waiting' }
  | { readonly name: 'connecting' }
  | { readonly name: 'connected' }
  /** It worked and broke; `attempt` counts from 1. */
  | { readonly name: 'reconnecting'; readonly attempt: number }
  | { readonly name: 'ended'; readonly reason: EndReason }

/**
 * `left`: this person left · `finished`: this person finished it for both · `finished_by_peer` ·
 * `ended_by_server`: the operator or the server ended it · `time_over`: the room has closed ·
 * `room_closed`: the server has closed the signalling · `elsewhere`: the same person opened the call in
 * another tab or device · `refused`: the server grants no access, see `refusal`.
 */
export type EndReason =
  'left' | 'finished' | 'finished_by_peer' | 'ended_by_server' | 'time_over' | 'room_closed' | 'elsewhere' | 'refused'

export interface RemoteMedia {
  /** Each stays the same object while one connection lasts. Played by elements of their own: the voice must not wait for a picture. */
  readonly voice: MediaStream | null
  readonly face: MediaStream | null
  readonly screen: MediaStream | null
  /** Null until the other side has told. */
  readonly microphone: RemoteMicrophone | null
  readonly camera: RemoteCamera | null
  readonly sharing: boolean
  /** Why the other side sends less than all, from its own point of view. */
  readonly heldBackBy: HeldBackBy
}

/** Nobody there, nothing told. */
export const NO_REMOTE: RemoteMedia = { voice: null, face: null, screen: null, microphone: null, camera: null, sharing: false, heldBackBy: 'nobody' }

export interface CallQuality {
  readonly level: QualityLevel
  readonly reasons: readonly QualityReason[]
  /** What this side sends now. */
  readonly sending: Stage
  /** Who holds the video back. */
  readonly heldBackBy: HeldBackBy
  /** Nothing of the camera goes out, though it may be on. */
  readonly isCameraPaused: boolean
  /** Nothing of a shared screen goes out. */
  readonly isScreenPaused: boolean
  /** How this device reaches the relay; `tcp` and `tls` explain a longer delay. */
  readonly path: 'udp' | 'tcp' | 'tls' | null
  readonly rttMs: number | null
}

export type CallVerification =
  | { readonly status: 'pending' }
  /** `changed`: the person had compared another code in this call (the other page was reloaded). */
  | {
      readonly status: 'ready'
      readonly code: VerificationCode
      readonly confirmed: boolean
      readonly changed: boolean
    }
  /** The two ends contradict each other. Advise not to talk and to reload both pages. */
  | { readonly status: 'mismatch' }

/** Server times, ms since 1970; compare only with `CallViewModel.serverNow()`. */
export interface CallTime {
  readonly startsAt: number
  readonly endsAt: number
  readonly closesAt: number
  readonly stage: TimeStage
}

/** `early`: before the agreed start · `ending`: the last five minutes · `overtime`: after the agreed end. */
export type TimeStage = 'early' | 'running' | 'ending' | 'overtime' | 'closed'

/** What is wrong now, beside the phase; each has one plain sentence in the interface. */
export type CallProblem =
  | 'microphone_denied'
  | 'microphone_missing'
  | 'microphone_in_use'
  | 'microphone_failed'
  | 'microphone_interrupted'
  | 'camera_denied'
  | 'camera_missing'
  | 'camera_in_use'
  | 'camera_failed'
  | 'camera_interrupted'
  | 'sharing_failed'
  | 'offline'
  | 'signalling_lost'
  | 'access_trouble'
  | 'verification_mismatch'

export interface CallSnapshot {
  readonly phase: CallPhase
  /** Set when the phase is `ended` with `refused`. */
  readonly refusal: AccessRefusal | null
  readonly peer: PeerPresence
  readonly signalling: SignalState
  readonly local: LocalMediaState
  /** The person's choice of sound alone. */
  readonly audioOnly: boolean
  readonly remote: RemoteMedia
  readonly quality: CallQuality
  readonly verification: CallVerification
  readonly time: CallTime | null
  readonly problems: readonly CallProblem[]
}
