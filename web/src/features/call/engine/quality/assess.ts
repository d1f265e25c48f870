import type { Sample } from './sample'
import type { Stage } from './stage'

export type QualityLevel = 'good' | 'weak' | 'bad'

/** Why the connection is not good, for one plain sentence in the interface. Worst first. */
export type QualityReason =
  | 'outgoing_loss'
  | 'incoming_loss'
  | 'slow_uplink'
  | 'long_delay'
  | 'unsteady'
  | 'sound_gaps'
  | 'picture_freezes'
  | 'busy_device'
  | 'no_sound_arriving'

export interface Assessment {
  /** The worse of both directions. */
  readonly level: QualityLevel
  readonly outgoing: QualityLevel
  readonly incoming: QualityLevel
  readonly reasons: readonly QualityReason[]
}

export interface AssessContext {
  /** What we send now: without video, an estimate of the bandwidth is of no weight and grows no more. */
  readonly sending: Stage
  /** The peer's microphone is on, as far as it told. */
  readonly expectSound: boolean
}

interface Finding {
  readonly reason: QualityReason
  readonly level: QualityLevel
  /** Null: worth telling, but sending less would not help. */
  readonly direction: 'outgoing' | 'incoming' | null
}

/** Samples older than this count no more. */
export const ASSESS_WINDOW_MS = 8_000

// Speech with Opus and its error correction is whole to some 5 % loss and understandable to some 15 %;
// a conversation bears 400 ms there and back (ITU-T G.114: 200 ms one way is felt) and breaks at a second.
const LOSS = { weak: 0.05, bad: 0.15 }
const RTT_MS = { weak: 400, bad: 1_000 }
const JITTER_MS = { weak: 60, bad: 150 }
const CONCEALED = { weak: 0.04, bad: 0.15 }
const FROZEN_SHARE = { weak: 0.05, bad: 0.3 }
const UPLINK_KBPS: Record<Stage, { weak: number; bad: number } | null> = {
  full: { weak: 350, bad: 150 },
  reduced: { weak: 180, bad: 90 },
  audio_only: null,
}

/** Judges the last seconds of a connection: pure. Worst reason first. An empty list is good: nothing speaks against it. */
export function assess(samples: readonly Sample[], context: AssessContext): Assessment {
  const newest = samples.at(-1)
  if (newest === undefined) return { level: 'good', outgoing: 'good', incoming: 'good', reasons: [] }
  const recent = samples.filter((sample) => newest.at - sample.at <= ASSESS_WINDOW_MS)
  const findings = [
    ...outgoingFindings(recent, context),
    ...incomingFindings(recent),
    { reason: 'no_sound_arriving', direction: null, level: silence(recent, context) } as const,
  ]
  const outgoing = worst(findings.filter((one) => one.direction === 'outgoing'))
  const incoming = worst(findings.filter((one) => one.direction === 'incoming'))
  const level = worst(findings)
  const reasons = (['bad', 'weak'] as const).flatMap((wanted) =>
    findings.filter((one) => one.level === wanted).map((one) => one.reason),
  )
  return { level, outgoing, incoming, reasons: [...new Set(reasons)] }
}

function outgoingFindings(samples: readonly Sample[], context: AssessContext): Finding[] {
  const uplink = UPLINK_KBPS[context.sending]
  const available = median(samples.map((sample) => sample.availableKbps))
  const busy = samples.filter((sample) => sample.out.limitedBy === 'cpu').length * 2 > samples.length
  const direction = 'outgoing'
  return [
    { reason: 'outgoing_loss', direction, level: above(mean(samples.map((one) => one.out.lossRatio)), LOSS) },
    {
      reason: 'slow_uplink',
      direction,
      level: uplink === null || available === null ? 'good' : below(available, uplink),
    },
    // The delay is of the way there and back: it weighs on both, once is enough.
    { reason: 'long_delay', direction, level: above(median(samples.map((one) => one.rttMs)), RTT_MS) },
    { reason: 'busy_device', direction, level: busy ? 'weak' : 'good' },
  ]
}

function incomingFindings(samples: readonly Sample[]): Finding[] {
  const direction = 'incoming'
  const frozenMs = samples.reduce((sum, one) => sum + one.in.frozenMs, 0)
  const spanMs = (samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0)
  const frozenShare = samples.length > 1 && spanMs > 0 ? frozenMs / spanMs : 0
  return [
    { reason: 'incoming_loss', direction, level: above(mean(samples.map((one) => one.in.lossRatio)), LOSS) },
    { reason: 'sound_gaps', direction, level: above(mean(samples.map((one) => one.in.concealedRatio)), CONCEALED) },
    { reason: 'unsteady', direction, level: above(median(samples.map((one) => one.in.jitterMs)), JITTER_MS) },
    { reason: 'picture_freezes', direction, level: above(frozenShare, FROZEN_SHARE) },
  ]
}

/**
 * Not a single packet for half a window from an open microphone. Even silence is sent, at some two packets a
 * second, so nothing at all means that the sound does not get through.
 */
function silence(samples: readonly Sample[], context: AssessContext): QualityLevel {
  if (!context.expectSound) return 'good'
  const spanMs = (samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0)
  const nothing = samples.every((one) => one.in.audioKbps === 0 && one.in.lossRatio === null)
  return samples.length > 2 && spanMs >= ASSESS_WINDOW_MS / 2 && nothing ? 'bad' : 'good'
}

function above(value: number | null, limit: { weak: number; bad: number }): QualityLevel {
  if (value === null) return 'good'
  return value >= limit.bad ? 'bad' : value >= limit.weak ? 'weak' : 'good'
}

function below(value: number, limit: { weak: number; bad: number }): QualityLevel {
  return value <= limit.bad ? 'bad' : value <= limit.weak ? 'weak' : 'good'
}

function worst(findings: readonly Finding[]): QualityLevel {
  return findings.reduce<QualityLevel>((level, one) => worseOf(level, one.level), 'good')
}

export function worseOf(a: QualityLevel, b: QualityLevel): QualityLevel {
  if (a === 'bad' || b === 'bad') return 'bad'
  return a === 'weak' || b === 'weak' ? 'weak' : 'good'
}

function present(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null)
}

function mean(values: readonly (number | null)[]): number | null {
  const known = present(values)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}

function median(values: readonly (number | null)[]): number | null {
  const known = present(values).sort((a, b) => a - b)
  return known[Math.floor((known.length - 1) / 2)] ?? null
}
