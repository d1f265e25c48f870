// The server's clock: a phone an hour wrong must not offer yesterday's times or a hold that has ended.
let aheadMs = 0

/** The server says it is `now`; what the answer took on its way (well under a second) does not matter here. */
export function setClock(now: string): void {
  const there = Date.parse(now)
  if (!Number.isNaN(there)) aheadMs = there - Date.now()
}

/** So many minutes from now, RFC 3339, but no later than `latest`. */
export const inMinutes = (minutes: number, latest: string): string => new Date(Math.min(nowMs() + minutes * 60_000, Date.parse(latest))).toISOString()

/** The present instant by the server's clock, milliseconds since the epoch. */
export const nowMs = (): number => Date.now() + aheadMs
