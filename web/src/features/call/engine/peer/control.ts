import type { Stage } from '../quality/stage'
import type { ByeReason } from '../signal/message'

/**
 * What the two browsers tell each other inside the encrypted connection. Never content: text goes through
 * the sealed chat.
 */
export type ControlMessage = MediaControl | CommitControl | RevealControl | ExtendedControl | ByeControl

/** The whole of the sender's media, each time; the last one counts. */
export interface MediaControl {
  readonly type: 'media'
  readonly microphone: RemoteMicrophone
  readonly camera: RemoteCamera
  readonly sharing: boolean
  /** Why less than all of the camera goes out; `choice` also when the camera is off for it. */
  readonly heldBackBy: HeldBackBy
  /** The most the sender of this message wants to receive. */
  readonly limit: Stage
}

/** `lost`: the device stopped by itself (a phone call, an unplugged headset). */
export type RemoteMicrophone = 'on' | 'muted' | 'lost'
/** `paused`: sending is paused for the sake of the sound. */
export type RemoteCamera = 'on' | 'off' | 'paused' | 'lost'

/**
 * `choice`: the person chose sound alone · `peer_choice`: the other one did · `network`: the own way out ·
 * `peer`: the other one's way in.
 */
export type HeldBackBy = 'nobody' | 'choice' | 'peer_choice' | 'network' | 'peer'

/** First step of the verification: a promise of a nonce, with the fingerprints as this end sees them. */
export interface CommitControl {
  readonly type: 'commit'
  readonly commitment: string
  readonly mine: string
  readonly yours: string
}

/** Second step: the promised nonce. */
export interface RevealControl {
  readonly type: 'reveal'
  readonly nonce: string
}

/** A hint that the end was moved; the receiver asks the server, it does not believe the peer. */
export interface ExtendedControl {
  readonly type: 'extended'
}

export interface ByeControl {
  readonly type: 'bye'
  readonly reason: ByeReason
}

const MESSAGE_LENGTH_MAX = 2_000
const HEX_64 = /^[0-9a-f]{64}$/
const FINGERPRINT = /^[0-9A-F]{64}$/

export function encodeControl(message: ControlMessage): string {
  return JSON.stringify(message)
}

/** Null for whatever is not exactly a control message. */
export function parseControl(data: unknown): ControlMessage | null {
  if (typeof data !== 'string' || data.length > MESSAGE_LENGTH_MAX) return null
  let raw: unknown
  try {
    raw = JSON.parse(data)
  } catch {
    return null
  }
  if (typeof raw !== 'object' || raw === null) return null
  const fields = raw as Record<string, unknown>
  switch (fields['type']) {
    case 'media':
      return parseMedia(fields)
    case 'commit': {
      const { commitment, mine, yours } = fields
      if (!matches(commitment, HEX_64) || !matches(mine, FINGERPRINT) || !matches(yours, FINGERPRINT)) return null
      return { type: 'commit', commitment, mine, yours }
    }
    case 'reveal':
      return matches(fields['nonce'], HEX_64) ? { type: 'reveal', nonce: fields['nonce'] } : null
    case 'extended':
      return { type: 'extended' }
    case 'bye': {
      const { reason } = fields
      return oneOf(reason, ['left', 'away', 'finished']) ? { type: 'bye', reason } : null
    }
    default:
      return null
  }
}

function parseMedia(fields: Record<string, unknown>): MediaControl | null {
  // A page opened before an update does not tell the reason: its pauses were taken for the network's.
  const { microphone, camera, sharing, limit, heldBackBy = 'network' } = fields
  if (!oneOf(microphone, ['on', 'muted', 'lost'])) return null
  if (!oneOf(camera, ['on', 'off', 'paused', 'lost'])) return null
  if (typeof sharing !== 'boolean' || !oneOf(limit, ['full', 'reduced', 'audio_only'])) return null
  if (!oneOf(heldBackBy, ['nobody', 'choice', 'peer_choice', 'network', 'peer'])) return null
  return { type: 'media', microphone, camera, sharing, heldBackBy, limit }
}

function matches(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value)
}

function oneOf<const T extends string>(value: unknown, allowed: readonly T[]): value is T {
  return (allowed as readonly unknown[]).includes(value)
}
