import { queryOptions } from '@tanstack/react-query'
import { api, data, type components } from '~/api'
import { nowMs } from '~/i18n/clock'

export type Session = components['schemas']['LiveSession']

const DAY_MS = 24 * 3_600_000
const wholeSeconds = (ms: number) => new Date(Math.floor(ms / 1000) * 1000).toISOString()

/** Hints come when somebody enters or leaves; time itself (it begins, somebody is late) gives none, so the desk asks by itself too. */
const EVERY_MS = 30_000

/** What the deployment still lacks. */
export const readinessQuery = queryOptions({
  queryKey: ['desk', 'readiness'],
  queryFn: async () => (await data(api.GET('/api/operator/readiness'))).missing,
})

/** A day and a night around the present: which of it is "today" is decided in the reader's zone. */
export const sessionsQuery = queryOptions({
  queryKey: ['desk', 'live'],
  queryFn: async () => {
    const now = nowMs()
    const query = { from: wholeSeconds(now - DAY_MS), to: wholeSeconds(now + DAY_MS) }
    return (await data(api.GET('/api/operator/live', { params: { query } }))).items
  },
  refetchInterval: EVERY_MS,
})
