import type { QualityLevel } from './assess'
import type { Stage } from './stage'

/**
 * How much video a direction carries, as a pure state machine: steps down quickly, up slowly, and the more
 * slowly the more often going up was a mistake. Sound is never touched.
 */
export interface Degradation {
  readonly stage: Stage
  /** The level of the last assessments and since when it has been so. */
  readonly level: QualityLevel
  readonly levelSince: number
  /** Since when it was not good (weak or bad), or null. */
  readonly troubledSince: number | null
  readonly stageSince: number
  /** Steps up that had to be taken back, in a row. */
  readonly failedReturns: number
  readonly steppedUp: boolean
}

const DOWN_AFTER_BAD_MS = 3_000
const DOWN_AFTER_WEAK_MS = 8_000
const UP_AFTER_GOOD_MS = 10_000
const UP_AFTER_GOOD_MAX_MS = 120_000
/** A step up that fails within this time counts as a mistake; one that holds longer clears them. */
const TRIAL_MS = 20_000
const PROVEN_MS = 60_000

const DOWN: Record<Stage, Stage> = { full: 'reduced', reduced: 'audio_only', audio_only: 'audio_only' }
const UP: Record<Stage, Stage> = { full: 'full', reduced: 'full', audio_only: 'reduced' }

export function undegraded(now: number): Degradation {
  return {
    stage: 'full',
    level: 'good',
    levelSince: now,
    troubledSince: null,
    stageSince: now,
    failedReturns: 0,
    steppedUp: false,
  }
}

/** The state after one more assessment, `now` in milliseconds of the injected clock. */
export function degrade(state: Degradation, level: QualityLevel, now: number): Degradation {
  const held: Degradation = {
    ...state,
    level,
    levelSince: level === state.level ? state.levelSince : now,
    troubledSince: level === 'good' ? null : (state.troubledSince ?? now),
    failedReturns: state.steppedUp && now - state.stageSince >= PROVEN_MS ? 0 : state.failedReturns,
  }
  if (mustStepDown(held, now)) return stepDown(held, now)
  if (mayStepUp(held, now)) return stepUp(held, now)
  return held
}

/** How long it must be good before the next step up. */
export function returnWaitMs(state: Degradation): number {
  return Math.min(UP_AFTER_GOOD_MS * 2 ** state.failedReturns, UP_AFTER_GOOD_MAX_MS)
}

function mustStepDown(state: Degradation, now: number): boolean {
  if (state.stage === 'audio_only' || state.troubledSince === null) return false
  // A new stage gets the time to show its effect before the next one.
  if (state.level === 'bad') return now - later(state.levelSince, state.stageSince) >= DOWN_AFTER_BAD_MS
  // Weak is a reason for a smaller picture, never for none.
  return state.stage === 'full' && now - later(state.troubledSince, state.stageSince) >= DOWN_AFTER_WEAK_MS
}

function mayStepUp(state: Degradation, now: number): boolean {
  return (
    state.stage !== 'full' &&
    state.level === 'good' &&
    now - later(state.levelSince, state.stageSince) >= returnWaitMs(state)
  )
}

function stepDown(state: Degradation, now: number): Degradation {
  const mistaken = state.steppedUp && now - state.stageSince < TRIAL_MS
  return {
    ...state,
    stage: DOWN[state.stage],
    stageSince: now,
    steppedUp: false,
    failedReturns: mistaken ? state.failedReturns + 1 : state.failedReturns,
  }
}

function stepUp(state: Degradation, now: number): Degradation {
  return { ...state, stage: UP[state.stage], stageSince: now, steppedUp: true }
}

function later(a: number, b: number): number {
  return Math.max(a, b)
}
