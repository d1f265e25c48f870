// Consultations that begin when a test wants them to, two browsers that talk, and what the browsers themselves say about the connection.
import { expect, type Browser, type Page } from '@playwright/test'
import { ask, enterAs, visitor, type DemoPerson, type Visitor } from './people'

interface Hours { start: string; end: string }
interface Schedule {
  version: number
  time_zone: string
  min_notice_min: number
  buffer_after_min: number
  max_per_day: number | null
  max_per_week: number | null
  overrides: { date: string; intervals: Hours[] }[]
}
interface Booking { id: string; starts_at: string; ends_at: string; status: string; specialist: { id: string } }

const MINUTE = 60_000
const LENGTH_MIN = 50

/** The two people of a test and how they book: the specialist opens a time, the employee takes it. */
export class Pair {
  private before: Schedule | undefined

  private constructor(
    readonly employee: Visitor,
    readonly specialist: Visitor,
    readonly specialistId: string,
    readonly specialistName: string,
    readonly employeeName: string,
    private readonly categoryId: string,
    private readonly format: string,
  ) {}

  /** Two browsers with two of the demo's people, the specialist free from now on. */
  static async meet(browser: Browser, options: Parameters<Browser['newContext']>[0] = {}, format = 'video'): Promise<Pair> {
    const [employee, specialist] = [await visitor(browser, options), await visitor(browser, options)]
    const e = await enterAs(employee.page, nth(4, (person) => person.kind === 'employee'))
    const { id } = await enterAs(specialist.page, isPsychologist)
    const card = await ask<{ categories: { id: string }[] }>(employee.page, 'GET', `/api/specialists/${id}`)
    const category = card.categories[0]?.id ?? ''
    // From the end of the list: tests of other slices book with the first ones.
    const { items } = await ask<{ items: { card: { id: string; display_name: string } }[] }>(employee.page, 'POST', '/api/find', { category_id: category, format, limit: 50 })
    for (const { card: found } of items.toReversed()) {
      const pair = new Pair(employee, specialist, found.id, found.display_name, e.display_name, category, format)
      await pair.clear()
      if (await pair.isFree()) return pair
    }
    throw new Error('every psychologist of the demo has just had a consultation')
  }

  /** Books a consultation that begins at the whole minute at least `inMs` from now. */
  async book(inMs: number): Promise<{ id: string; start: Date }> {
    const start = new Date(Math.ceil((Date.now() + inMs) / MINUTE) * MINUTE)
    await this.openFrom(start)
    return { id: await this.take(start), start }
  }

  /** Books `start`, which must be free. */
  async take(start: Date): Promise<string> {
    const who = this.employee.page
    const held = await ask<{ id: string }>(who, 'POST', '/api/holds', {
      specialist_id: this.specialistId, category_id: this.categoryId, starts_at: iso(start), length_min: LENGTH_MIN, format: this.format,
    })
    await ask(who, 'POST', `/api/appointments/${held.id}/confirm`, {})
    return held.id
  }

  /** Leaves nothing behind: bookings called off or ended, the week as it was, browsers closed. */
  async part(): Promise<void> {
    await this.clear()
    if (this.before) await this.save(this.before)
    for (const { context } of [this.employee, this.specialist]) await context.close()
  }

  /** Hours of their own from `start` on, so that a time begins exactly then. */
  private async openFrom(start: Date): Promise<void> {
    const now = await this.schedule()
    this.before ??= now
    const [date = '', time = ''] = wallClock(start, now.time_zone)
    // Also past midnight: the demo's specialists live in many zones, and somewhere it is late.
    const [next = ''] = wallClock(new Date(start.getTime() + 24 * 60 * MINUTE), now.time_zone)
    await this.save({
      ...now, min_notice_min: 0, buffer_after_min: 0, max_per_day: null, max_per_week: null,
      overrides: [
        ...now.overrides.filter((day) => day.date !== date && day.date !== next),
        { date, intervals: [{ start: time, end: '24:00' }] }, { date: next, intervals: [{ start: '00:00', end: '24:00' }] },
      ],
    })
  }

  private schedule(): Promise<Schedule> {
    return ask<Schedule>(this.specialist.page, 'GET', '/api/schedule')
  }

  private async save(schedule: Schedule): Promise<void> {
    const { version } = await this.schedule()
    await ask(this.specialist.page, 'PUT', '/api/schedule', { ...schedule, version })
  }

  /** After a consultation that ended early others begin on the next mark of five minutes, and runs follow each other quickly. */
  private async isFree(): Promise<boolean> {
    const { items } = await ask<{ items: Booking[] }>(this.specialist.page, 'GET', '/api/appointments?when=past&limit=5')
    return items.every((one) => one.status !== 'completed' || Date.parse(one.ends_at) < Date.now() - 6 * MINUTE)
  }

  /** What is booked soon, also what an interrupted run left: called off by its specialist, or ended if it has begun. */
  private async clear(): Promise<void> {
    const booked = async () => {
      const { items } = await ask<{ items: Booking[] }>(this.employee.page, 'GET', '/api/appointments?when=upcoming&limit=100')
      return items.filter((one) => one.status === 'booked' && Date.parse(one.starts_at) < Date.now() + 4 * 60 * MINUTE)
    }
    const { page } = this.specialist
    for (const one of await booked()) {
      await this.signInSpecialist(one.specialist.id)
      if (Date.parse(one.starts_at) > Date.now()) await ask(page, 'POST', `/api/appointments/${one.id}/cancel`, {})
      else {
        // Already ended by the test itself, it is only not settled yet.
        const isOpen = await ask(page, 'POST', `/api/calls/${one.id}/access`, {}).then(() => true, (problem: unknown) => {
          if (!String(problem).includes('consultation_over')) throw problem
          return false
        })
        if (isOpen) await ask(page, 'POST', `/api/calls/${one.id}/end`, {})
      }
    }
    await this.signInSpecialist(this.specialistId)
    // The end is settled by a job a moment later; until then its time is taken.
    await expect.poll(async () => (await booked()).length, { timeout: 15_000 }).toBe(0)
  }

  private async signInSpecialist(id: string): Promise<void> {
    await ask(this.specialist.page, 'POST', '/api/demo/sign-in', { person_id: id })
  }
}

const isPsychologist = (person: DemoPerson & { categories?: string[] }) => person.kind === 'specialist' && person.categories?.[0] === 'Психолог'

/** The `n`th of those who fit (from 0): tests of other slices take the first ones. */
function nth(n: number, fits: (person: DemoPerson) => boolean): (person: DemoPerson) => boolean {
  let seen = 0
  return (person) => fits(person) && seen++ === n
}

const iso = (at: Date) => at.toISOString().replace('.000', '')

/** Date and time on the wall of `zone`, in the order of ISO 8601. */
function wallClock(at: Date, zone: string): string[] {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(at)
  return parts.split(' ')
}

/** The device's clock is wrong by `ms` from the next page on. Timers run as they do: only what the clock shows is off. */
export async function setClockOff(page: Page, ms: number): Promise<void> {
  await page.addInitScript((off) => {
    const { now } = Date
    window.Date = new Proxy(Date, {
      construct: (target, given: [] | [number]) => (given.length === 0 ? new target(now() + off) : new target(...given)),
      get: (target, name) => (name === 'now' ? () => now() + off : Reflect.get(target, name) as unknown),
    })
  }, ms)
}

/** What a page sent and which candidates it found: recorded from before the page's own scripts. */
export async function watchConnections(page: Page): Promise<{ told: string[] }> {
  await page.addInitScript(() => {
    const seen: RTCPeerConnection[] = []
    Object.assign(window, { seen })
    window.RTCPeerConnection = new Proxy(RTCPeerConnection, {
      construct(target, [configuration]: [RTCConfiguration | undefined]) {
        const made = new target(configuration)
        seen.push(made)
        return made
      },
    })
  })
  const told: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/signals')) told.push(request.postData() ?? '')
  })
  return { told }
}

export interface Carried {
  /** Kinds of all candidates this browser found, and of the pair in use; how it reaches the relay. */
  kinds: string[]
  pair: [string, string] | null
  protocol: string
  frames: number
  /** Energy of the sound that was played: silence adds nothing, nor does an element that does not play. */
  sound: number
  connections: number
}

/** What the page's present connection carried so far, by the browser's own statistics. */
export function carried(page: Page): Promise<Carried> {
  return page.evaluate(async () => {
    const { seen } = globalThis as unknown as { seen: RTCPeerConnection[] }
    const connection = seen.findLast((one) => one.connectionState !== 'closed')
    const all = new Map<string, Record<string, unknown>>()
    ;(await connection?.getStats())?.forEach((entry: Record<string, unknown>) => all.set(entry.id as string, entry))
    const kinds = new Set<string>()
    let [frames, sound, protocol] = [0, 0, '']
    let pair: [string, string] | null = null
    for (const entry of all.values()) {
      if (entry.type === 'local-candidate') kinds.add(entry.candidateType as string)
      if (entry.type === 'inbound-rtp' && entry.kind === 'video') frames += Number(entry.framesDecoded ?? 0)
      if (entry.type === 'inbound-rtp' && entry.kind === 'audio') sound += Number(entry.totalAudioEnergy ?? 0)
      const used = entry.type === 'transport' ? all.get(entry.selectedCandidatePairId as string) : undefined
      const [local, remote] = [all.get(used?.localCandidateId as string), all.get(used?.remoteCandidateId as string)]
      if (local && remote) {
        pair = [local.candidateType as string, remote.candidateType as string]
        protocol = (local.relayProtocol ?? local.protocol) as string
      }
    }
    return { kinds: [...kinds], pair, protocol, frames, sound, connections: seen.length }
  })
}

/** Picture and sound arrive from now on, not only earlier. */
export async function expectTalking(...pages: Page[]): Promise<void> {
  for (const page of pages) {
    await expect(page.getByTestId('connection')).toContainText(/Связь (хорошая|слабая|плохая)/, { timeout: 60_000 })
    const before = await carried(page)
    await expect.poll(async () => {
      const now = await carried(page)
      return now.frames > before.frames + 5 && now.sound > before.sound
    }, { timeout: 60_000 }).toBe(true)
  }
}

/** The other's voice is played from now on, whether or not a picture comes. */
export async function expectHeard(page: Page): Promise<void> {
  const played = () => page.getByTestId('voice').evaluate((audio: HTMLAudioElement) => (audio.paused ? -1 : audio.currentTime))
  const [before, { sound }] = [await played(), await carried(page)]
  await expect.poll(played, { timeout: 30_000 }).toBeGreaterThan(Math.max(before, 0))
  await expect.poll(async () => (await carried(page)).sound, { timeout: 30_000 }).toBeGreaterThan(sound)
}

/** Through the door: the device check is seen, then the button is pressed. */
export async function enter(page: Page, id: string): Promise<void> {
  await page.goto(`/call/${id}`)
  await join(page)
}

/** Keeps only those ways to the relay which `change` gives: a path of the test's own, or TCP alone. */
export async function reachRelayBy(page: Page, change: (urls: string[]) => string[]): Promise<void> {
  await page.route('**/api/calls/*/access', async (route) => {
    const answer = await route.fetch().catch(() => null)
    if (!answer?.ok()) return answer ? route.fulfill({ response: answer }) : route.abort()
    const access = (await answer.json()) as { ice_servers: { urls: string[] }[] }
    return route.fulfill({ response: answer, json: { ...access, ice_servers: access.ice_servers.map((one) => ({ ...one, urls: change(one.urls) })) } })
  })
}

export const join = (page: Page) => page.getByRole('button', { name: 'Присоединиться' }).click()

/** A control of the call. */
export const control = (page: Page, name: string) => page.getByRole('group', { name: 'Управление консультацией' }).getByRole('button', { name })
