import type { Epoch } from './epoch'

/**
 * Who gives way when both offer at once; the server assigns it (employee polite, specialist impolite).
 * The impolite side also lays out the media of a fresh connection.
 */
export type Side = 'polite' | 'impolite'

/** One message between the two browsers. The server passes it on unread and keeps nothing of it. */
export interface SignalMessage {
  readonly v: 1
  readonly side: Side
  readonly epoch: { readonly from: Epoch; readonly to: Epoch | null }
  /** 0: a statement that may be repeated or lost. From 1: delivered once and in order within the pair of epochs. */
  readonly seq: number
  /** The highest `seq` which arrived without a gap from the other side in this pair of epochs. */
  readonly ack: number
  readonly body: SignalBody
}

export type SignalBody =
  | { readonly kind: 'hello' }
  | { readonly kind: 'ack' }
  | { readonly kind: 'bye'; readonly reason: ByeReason }
  | DescriptionBody
  | CandidatesBody

export interface DescriptionBody {
  readonly kind: 'description'
  readonly type: 'offer' | 'answer'
  readonly sdp: string
}

export interface CandidatesBody {
  readonly kind: 'candidates'
  readonly candidates: readonly IceCandidate[]
}

export interface IceCandidate {
  readonly candidate: string
  readonly sdpMid: string | null
  readonly sdpMLineIndex: number | null
  readonly usernameFragment: string | null
}

/**
 * `left`: the person pressed "leave" and may come back · `away`: the page is being closed or reloaded ·
 * `finished`: the specialist finished the consultation for both.
 */
export type ByeReason = 'left' | 'away' | 'finished'

// A description with three media sections is some 8 kB; the bounds only keep nonsense out.
const SDP_LENGTH_MAX = 64_000
const CANDIDATE_LENGTH_MAX = 1_000
const CANDIDATES_MAX = 64
const NAME_LENGTH_MAX = 64
const MID_LENGTH_MAX = 64
const UFRAG_LENGTH_MAX = 256

/** Reads what came from outside; null for anything that is not exactly a message. */
export function parseSignal(raw: unknown): SignalMessage | null {
  if (!isRecord(raw) || raw['v'] !== 1) return null
  const side = raw['side']
  if (side !== 'polite' && side !== 'impolite') return null
  if (!isRecord(raw['epoch'])) return null
  const from = parseEpoch(raw['epoch']['from'])
  const to = raw['epoch']['to'] === null ? null : parseEpoch(raw['epoch']['to'])
  if (from === null || (to === null && raw['epoch']['to'] !== null)) return null
  const { seq, ack } = raw
  if (!isCount(seq) || !isCount(ack)) return null
  const body = parseBody(raw['body'])
  if (body === null) return null
  const numbered = body.kind === 'description' || body.kind === 'candidates'
  if (numbered !== seq > 0 || (numbered && to === null)) return null
  return { v: 1, side, epoch: { from, to }, seq, ack, body }
}

function parseEpoch(raw: unknown): Epoch | null {
  if (!isRecord(raw) || !isCount(raw['n']) || !isText(raw['page'], NAME_LENGTH_MAX)) return null
  return { n: raw['n'], page: raw['page'] }
}

function parseBody(raw: unknown): SignalBody | null {
  if (!isRecord(raw)) return null
  switch (raw['kind']) {
    case 'hello':
    case 'ack':
      return { kind: raw['kind'] }
    case 'bye': {
      const { reason } = raw
      return reason === 'left' || reason === 'away' || reason === 'finished' ? { kind: 'bye', reason } : null
    }
    case 'description': {
      const { type, sdp } = raw
      if ((type !== 'offer' && type !== 'answer') || !isText(sdp, SDP_LENGTH_MAX)) return null
      return { kind: 'description', type, sdp }
    }
    case 'candidates':
      return parseCandidates(raw['candidates'])
    default:
      return null
  }
}

function parseCandidates(raw: unknown): CandidatesBody | null {
  if (!Array.isArray(raw) || raw.length === 0 || raw.length > CANDIDATES_MAX) return null
  const candidates: IceCandidate[] = []
  for (const entry of raw as unknown[]) {
    if (!isRecord(entry)) return null
    const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = entry
    if (!isText(candidate, CANDIDATE_LENGTH_MAX)) return null
    if (sdpMid !== null && !isText(sdpMid, MID_LENGTH_MAX)) return null
    if (sdpMLineIndex !== null && !isCount(sdpMLineIndex)) return null
    if (usernameFragment !== null && !isText(usernameFragment, UFRAG_LENGTH_MAX)) return null
    candidates.push({ candidate, sdpMid, sdpMLineIndex, usernameFragment })
  }
  return { kind: 'candidates', candidates }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isText(value: unknown, lengthMax: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= lengthMax
}
