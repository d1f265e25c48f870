// How today's consultations stand, sorted for somebody who must see at once where help is wanted.
import type { Session } from './queries'

export const groups = ['waits', 'together', 'ahead', 'held', 'missed', 'canceled'] as const
export type Group = (typeof groups)[number]

/** What the list can be narrowed to. */
export const shows = ['help', ...groups] as const
export type Show = (typeof shows)[number]

export const isShow = (raw: unknown): raw is Show => shows.includes(raw as Show)

/** Whoever is alone for longer than this after the start wants help. */
export const ALONE_MS = 3 * 60_000

export function groupOf(session: Session, now: number): Group {
  switch (session.state) {
    case 'employee_waits':
    case 'specialist_waits':
    case 'overdue':
      return 'waits'
    case 'together':
      // Whoever came early is there, but the consultation is still to come.
      return now < Date.parse(session.starts_at) ? 'ahead' : 'together'
    case 'canceled':
      return 'canceled'
    case 'ended':
      // Decided a little after the end; until then nothing speaks against it.
      return session.outcome == null || session.outcome === 'held' ? 'held' : 'missed'
    default:
      return 'ahead'
  }
}

/** Its room is open, or somebody is in it. */
export const isNow = (session: Session): boolean => ['open', 'employee_waits', 'specialist_waits', 'overdue', 'together'].includes(session.state)

/** How long somebody has been alone at a time when the other should be there; nobody there at all counts from the start. */
export function aloneMs(session: Session, now: number): number {
  if (groupOf(session, now) !== 'waits') return 0
  const since = Math.max(Date.parse(session.starts_at), Date.parse(session.alone_since ?? session.starts_at))
  return Math.max(0, now - since)
}

export const needsHelp = (session: Session, now: number): boolean => aloneMs(session, now) > ALONE_MS

export const fits = (session: Session, show: Show, now: number): boolean => (show === 'help' ? needsHelp(session, now) : groupOf(session, now) === show)

/** Those who want help first, the longest alone before all; the rest by their start. What was called off does not take place: it stands last. */
export function inOrder(sessions: readonly Session[], now: number): Session[] {
  const urgency = (session: Session) => (needsHelp(session, now) ? aloneMs(session, now) : 0)
  const off = (session: Session) => Number(session.state === 'canceled')
  return [...sessions].sort((one, other) => urgency(other) - urgency(one) || off(one) - off(other) || Date.parse(one.starts_at) - Date.parse(other.starts_at))
}
