import type { LinkState } from './peerLink'

/**
 * The recovery ladder as a pure state machine: what to do about a connection that isn't there.
 * All times are milliseconds of the injected clock.
 */
export interface Recovery {
  readonly link: LinkState
  /** When the present trouble began, or null while all is well. */
  readonly since: number | null
  /** Whether the connection is a new one or one that worked and was lost. */
  readonly ladder: 'fresh' | 'lost'
  /** The next rung of the present ladder. */
  readonly rung: number
  /** New connections made during the present trouble. */
  readonly rebuilds: number
  /** Times something was tried during the present trouble; shown to the person. */
  readonly attempt: number
  readonly lastActionAt: number
  /** Nothing can be negotiated now (signalling is lost, nobody is there). */
  readonly paused: boolean
  /** A reason to try came during the pause. */
  readonly nudged: boolean
}

export type RecoveryEvent =
  | { readonly type: 'link'; readonly state: LinkState }
  /** A new connection was begun, by either side. */
  | { readonly type: 'new_link' }
  /** The other side restarted ICE: it counts for us too. */
  | { readonly type: 'remote_restart' }
  /** Another network, back online, back from sleep: worth a try at once. */
  | { readonly type: 'nudge' }
  | { readonly type: 'paused'; readonly paused: boolean }
  | { readonly type: 'tick' }

export type RecoveryAction = 'restart_ice' | 'rebuild'

export interface RecoveryStep {
  readonly recovery: Recovery
  readonly action: RecoveryAction | null
  /** Milliseconds until the next `tick` is due; null: none. */
  readonly wakeInMs: number | null
}

interface Rung {
  readonly afterMs: number
  readonly action: RecoveryAction
}

// facts: disconnected 2 s -> restart, again at 5 and 10 s, at 20 s a new connection.
const LOST: readonly Rung[] = [
  { afterMs: 2_000, action: 'restart_ice' },
  { afterMs: 5_000, action: 'restart_ice' },
  { afterMs: 10_000, action: 'restart_ice' },
  { afterMs: 20_000, action: 'rebuild' },
]
// A fresh connection over TLS on a slow network takes seconds of its own.
const FRESH: readonly Rung[] = [
  { afterMs: 8_000, action: 'restart_ice' },
  { afterMs: 14_000, action: 'restart_ice' },
  { afterMs: 20_000, action: 'rebuild' },
]
const REBUILD_WAIT_MAX_MS = 60_000
const SPACING_MS = 1_000
/** What a try gets before the next rung, also after the timers stood still (a sleeping phone). */
const TRY_MS = 2_000
/** The polite side acts a little later, so that both rarely do the same at once. */
export const POLITE_LAG_MS = 700

export function freshRecovery(now: number): Recovery {
  return {
    link: 'connecting',
    since: now,
    ladder: 'fresh',
    rung: 0,
    rebuilds: 0,
    attempt: 0,
    lastActionAt: Number.NEGATIVE_INFINITY,
    paused: false,
    nudged: false,
  }
}

export function recover(recovery: Recovery, event: RecoveryEvent, now: number, polite: boolean): RecoveryStep {
  switch (event.type) {
    case 'link':
      return onLink(recovery, event.state, now, polite)
    case 'new_link':
      return settle({ ...recovery, link: 'connecting', since: now, ladder: 'fresh', rung: 0 }, now, polite)
    case 'remote_restart':
      return settle(skipRung(counted({ ...recovery, lastActionAt: now }), 'restart_ice'), now, polite)
    case 'nudge':
      if (recovery.paused) return settle({ ...recovery, nudged: true }, now, polite)
      return restartNow(recovery, now, polite)
    case 'paused':
      return event.paused === recovery.paused
        ? settle(recovery, now, polite)
        : onPaused(recovery, event.paused, now, polite)
    case 'tick':
      return settle(recovery, now, polite)
  }
}

function onLink(recovery: Recovery, link: LinkState, now: number, polite: boolean): RecoveryStep {
  if (link === 'connected') {
    return settle({ ...recovery, link, since: null, rung: 0, rebuilds: 0, attempt: 0 }, now, polite)
  }
  if (recovery.since === null) {
    return settle({ ...recovery, link, since: now, ladder: 'lost', rung: 0 }, now, polite)
  }
  const next = { ...recovery, link }
  // ICE has given up: waiting for the rung would be idle waiting.
  if (link === 'failed' && recovery.link !== 'failed') return restartNow(next, now, polite)
  return settle(next, now, polite)
}

/** The ladder begins anew when negotiating is possible again. */
function onPaused(recovery: Recovery, paused: boolean, now: number, polite: boolean): RecoveryStep {
  const since = recovery.since === null ? null : now
  const next = { ...recovery, paused, since, rung: 0, nudged: false }
  return !paused && recovery.nudged ? restartNow(next, now, polite) : settle(next, now, polite)
}

function restartNow(recovery: Recovery, now: number, polite: boolean): RecoveryStep {
  if (recovery.paused || now - recovery.lastActionAt < SPACING_MS) return settle(recovery, now, polite)
  return act(recovery, 'restart_ice', now, polite)
}

function settle(recovery: Recovery, now: number, polite: boolean): RecoveryStep {
  const due = dueAt(recovery, polite)
  if (due === null) return { recovery, action: null, wakeInMs: null }
  if (now < due) return { recovery, action: null, wakeInMs: due - now }
  const rung = ladderOf(recovery)[recovery.rung]
  if (rung === undefined) return { recovery, action: null, wakeInMs: null }
  return act({ ...recovery, rung: recovery.rung + 1 }, rung.action, now, polite)
}

function act(recovery: Recovery, action: RecoveryAction, now: number, polite: boolean): RecoveryStep {
  const acted: Recovery = {
    ...counted(recovery),
    lastActionAt: now,
    ...(action === 'rebuild'
      ? { rebuilds: recovery.rebuilds + 1, link: 'connecting', since: now, ladder: 'fresh', rung: 0 }
      : {}),
  }
  const due = dueAt(acted, polite)
  return { recovery: acted, action, wakeInMs: due === null ? null : Math.max(0, due - now) }
}

function counted(recovery: Recovery): Recovery {
  return recovery.since === null ? recovery : { ...recovery, attempt: recovery.attempt + 1 }
}

function skipRung(recovery: Recovery, action: RecoveryAction): Recovery {
  const rung = ladderOf(recovery)[recovery.rung]
  if (recovery.since === null || rung?.action !== action) return recovery
  return { ...recovery, rung: recovery.rung + 1 }
}

function ladderOf(recovery: Recovery): readonly Rung[] {
  return recovery.ladder === 'fresh' ? FRESH : LOST
}

function dueAt(recovery: Recovery, polite: boolean): number | null {
  if (recovery.since === null || recovery.paused) return null
  const rung = ladderOf(recovery)[recovery.rung]
  if (rung === undefined) return null
  const patience = rung.action === 'rebuild' ? rebuildWait(recovery) - 20_000 : 0
  const planned = recovery.since + rung.afterMs + patience + (polite ? POLITE_LAG_MS : 0)
  return Math.max(planned, recovery.lastActionAt + TRY_MS)
}

function rebuildWait(recovery: Recovery): number {
  return Math.min(20_000 * 1.5 ** recovery.rebuilds, REBUILD_WAIT_MAX_MS)
}
