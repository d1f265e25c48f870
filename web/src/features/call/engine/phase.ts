import type { SessionStatus } from './session'
import type { CallPhase, CallProblem, CallTime, EndReason, TimeStage } from './snapshot'
import type { CallTimes } from './access'
import type { LocalMediaState } from './media/localMedia'
import type { MediaErrorCode } from './media/mediaError'

export interface PhaseInput {
  readonly ended: EndReason | null
  readonly checking: boolean
  readonly joined: boolean
  readonly session: SessionStatus | null
}

/** The phase that follows from what is known: pure, so that no transition can be forgotten. */
export function phaseOf({ ended, checking, joined, session }: PhaseInput): CallPhase {
  if (ended !== null) return { name: 'ended', reason: ended }
  if (!joined) return checking ? { name: 'checking' } : { name: 'idle' }
  if (session === null) return { name: 'waiting' }
  if (session.link === 'connected') return { name: 'connected' }
  if (session.peer !== 'present' || session.link === 'none') return { name: 'waiting' }
  if (session.connectedBefore) return { name: 'reconnecting', attempt: Math.max(1, session.attempt) }
  return { name: 'connecting' }
}

const ENDING_MS = 5 * 60_000

/** The stage of time at a server time, and the server time at which it changes next (null: never). */
export function timeStage(times: CallTimes, serverNow: number): { stage: TimeStage; until: number | null } {
  const { startsAt, endsAt, closesAt } = times
  const endingAt = Math.max(startsAt, endsAt - ENDING_MS)
  if (serverNow >= closesAt) return { stage: 'closed', until: null }
  if (serverNow >= endsAt) return { stage: 'overtime', until: closesAt }
  if (serverNow >= endingAt) return { stage: 'ending', until: endsAt }
  if (serverNow >= startsAt) return { stage: 'running', until: endingAt }
  return { stage: 'early', until: startsAt }
}

export function callTime(times: CallTimes, serverNow: number): CallTime {
  const { startsAt, endsAt, closesAt } = times
  return { startsAt, endsAt, closesAt, stage: timeStage(times, serverNow).stage }
}

export interface ProblemInput {
  readonly local: LocalMediaState
  readonly online: boolean
  readonly joined: boolean
  readonly session: SessionStatus | null
  readonly accessTrouble: boolean
  readonly mismatch: boolean
}

/** All present problems, the gravest first. */
export function problemsOf(input: ProblemInput): CallProblem[] {
  const { local, joined, session } = input
  const problems: CallProblem[] = []
  if (input.mismatch) problems.push('verification_mismatch')
  if (!input.online) problems.push('offline')
  if (joined && session?.signalling === 'lost') problems.push('signalling_lost')
  if (input.accessTrouble) problems.push('access_trouble')
  problems.push(...deviceProblems('microphone', local.microphone, local.microphoneError))
  problems.push(...deviceProblems('camera', local.camera, local.cameraError))
  // Closing the picker without a choice is an answer, no problem: browsers report it as a refusal.
  if (local.sharingError !== null && local.sharingError !== 'denied' && local.sharingError !== 'dismissed') {
    problems.push('sharing_failed')
  }
  return problems
}

function deviceProblems(
  device: 'microphone' | 'camera',
  status: LocalMediaState['camera'],
  error: MediaErrorCode | null,
): CallProblem[] {
  if (status === 'interrupted') return [`${device}_interrupted`]
  if (status !== 'failed') return []
  switch (error) {
    case 'denied':
    case 'dismissed':
      return [`${device}_denied`]
    case 'not_found':
      return [`${device}_missing`]
    case 'in_use':
      return [`${device}_in_use`]
    default:
      return [`${device}_failed`]
  }
}
