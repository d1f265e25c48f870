// What the employee's tests share: newcomers of the demo, free times, mail, and what a page did while it was used.
import { expect, type Page } from '@playwright/test'
import { checkAxe, langs, switchLang, themes } from './harness'
import { ask } from './people'

/** A code of the demo's first company, and an address at its mail domain. */
export const CODE = 'DEMO-SEVER-2026'
export const anAddress = (): string => `tihiy-${crypto.randomUUID().slice(0, 8)}@company1.demo.example`

interface Consent { purpose: string; version: string; language: string; text_hash: string }
export interface Category { id: string; slug: string; name: string; lengths_min: number[]; benefit?: { left: number }; topics: { id: string; name: string }[] }
export interface Appointment { id: string; status: string; starts_at: string; specialist: { id: string; display_name: string } }
interface Found { card: { id: string; display_name: string }; next: string[] }

const zone = 'Europe/Moscow'

/** Signs the browser in as a newcomer who has agreed to everything and is not spared at night. */
export async function newcomer(page: Page, options: { name?: string; isAgreed?: boolean; email?: string } = {}): Promise<void> {
  const { name = 'Тихий чай', isAgreed = true, email } = options
  await page.goto('/urgent')
  if (email === undefined) await ask(page, 'POST', '/api/auth/company-code/enter', { code: CODE, display_name: name, time_zone: zone })
  else await register(page, email, name)
  if (isAgreed) await agree(page)
  await ask(page, 'PUT', '/api/me/notifications', { email: true, reminders_min: [1440, 60, 10], quiet_from: null, quiet_to: null })
}

/** As anybody of the demo; the sign-in page lists only a few. */
export async function enterById(page: Page, person: string): Promise<void> {
  await page.goto('/urgent')
  await ask(page, 'POST', '/api/demo/sign-in', { person_id: person })
}

async function register(page: Page, email: string, name: string): Promise<void> {
  const { challenge_id } = await ask<{ challenge_id: string }>(page, 'POST', '/api/auth/code', { email })
  const code = /\b\d{6}\b/.exec((await mailTo(page, email, 1))[0] ?? '')?.[0]
  const step = await ask<{ ticket_id: string; ticket: string }>(page, 'POST', '/api/auth/code/answer', { challenge_id, code })
  await ask(page, 'POST', '/api/auth/register', { ticket_id: step.ticket_id, ticket: step.ticket, display_name: name, time_zone: zone })
}

export async function agree(page: Page): Promise<void> {
  const { consents } = await ask<{ consents: Consent[] }>(page, 'GET', '/api/consents')
  for (const { purpose, version, language, text_hash } of consents) await ask(page, 'POST', '/api/consents', { purpose, version, language, text_hash })
}

export async function categoryOf(page: Page, slug: string): Promise<Category> {
  const { items } = await ask<{ items: Category[] }>(page, 'GET', '/api/categories')
  const found = items.find((one) => one.slug === slug)
  if (!found) throw new Error(`the demo has no category ${slug}`)
  return found
}

/** Somebody of the category with free times at least `hours` ahead, so that leaving costs nothing. */
export async function somebodyFree(page: Page, category: Category, hours = 48): Promise<{ id: string; name: string; starts: string[] }> {
  const { items } = await ask<{ items: Found[] }>(page, 'POST', '/api/find', { category_id: category.id, limit: 50 })
  const now = Date.now()
  const span = `from=${encodeURIComponent(whole(now + hours * 3_600_000))}&to=${encodeURIComponent(whole(now + 20 * 24 * 3_600_000))}`
  // Not always the same person: tests which run side by side, or again, do not wait for one another.
  for (const { card } of shuffled(items)) {
    const { starts } = await ask<{ starts: string[] }>(page, 'GET', `/api/specialists/${card.id}/slots?category=${category.id}&length=${String(category.lengths_min[0])}&${span}`)
    if (starts.length >= 12) return { id: card.id, name: card.display_name, starts }
  }
  throw new Error(`nobody of ${category.slug} is free`)
}

const whole = (ms: number) => new Date(Math.floor(ms / 1000) * 1000).toISOString()
const shuffled = <T>(all: readonly T[]): T[] => all.map((one) => ({ one, at: Math.random() })).toSorted((a, b) => a.at - b.at).map(({ one }) => one)

export const hold = (page: Page, category: Category, specialist: string, start: string) =>
  ask<Appointment>(page, 'POST', '/api/holds', { specialist_id: specialist, category_id: category.id, starts_at: start, length_min: category.lengths_min[0], format: 'video' })

export async function book(page: Page, category: Category, specialist: string, start: string): Promise<Appointment> {
  const { id } = await hold(page, category, specialist, start)
  return ask<Appointment>(page, 'POST', `/api/appointments/${id}/confirm`, {})
}

export const upcoming = async (page: Page): Promise<Appointment[]> =>
  (await ask<{ items: Appointment[] }>(page, 'GET', '/api/appointments?when=upcoming')).items

/** Gives everything back, so that the next run finds the demo as it was. */
export async function leaveNothing(page: Page): Promise<void> {
  for (const { id, status } of await upcoming(page)) {
    if (status === 'booked') await ask(page, 'POST', `/api/appointments/${id}/cancel`, { expects_counted: false }).catch(() => undefined)
    else await ask(page, 'DELETE', `/api/holds/${id}`).catch(() => undefined)
  }
  const { items } = await ask<{ items: { id: string }[] }>(page, 'GET', '/api/waiting')
  for (const { id } of items) await ask(page, 'DELETE', `/api/waiting/${id}`)
}

/** The mails to an address as their pages show them, newest first, once there are `count` of them. */
export async function mailTo(page: Page, email: string, count: number): Promise<string[]> {
  let links: string[] = []
  await expect.poll(async () => {
    const list = await (await page.request.get('/demo/mailbox')).text()
    links = [...list.matchAll(/<li><a href="([^"]+)">[^<]*<\/a> <span>([^<]*)<\/span><\/li>/g)].filter(([, , to]) => to === email).map(([, link]) => link ?? '')
    return links.length
  }, { timeout: 15_000 }).toBeGreaterThanOrEqual(count)
  return Promise.all(links.map(async (link) => (await page.request.get(link)).text()))
}

/** Lines of an iCalendar text, unfolded, out of a mail's page. */
export const calendarOf = (mail: string): string => (/BEGIN:VCALENDAR[\s\S]*END:VCALENDAR/.exec(mail)?.[0] ?? '').replaceAll(/\r?\n[ \t]/g, '')

/** axe on the page as it stands, in three languages and two themes, at both widths, without loading it anew. */
export async function checkAxeHere(page: Page, where: string): Promise<void> {
  const before = page.viewportSize()
  for (const lang of langs) {
    await switchLang(page, lang)
    for (const theme of themes) {
      await page.evaluate((t) => { document.documentElement.dataset['theme'] = t }, theme)
      // Both widths in both themes; the wide layout says the same in every language.
      const width = (lang === 'kk' && theme === 'light') || (lang === 'en' && theme === 'dark') ? 1280 : 390
      await page.setViewportSize({ width, height: 844 })
      await checkAxe(page, `${where} ${lang} ${theme} ${String(width)}`)
    }
  }
  await switchLang(page, 'ru')
  await page.evaluate(() => { document.documentElement.dataset['theme'] = 'light' })
  if (before) await page.setViewportSize(before)
}

/** Counts a person's own taps, over page loads; call it before the first. */
export async function countTaps(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    addEventListener('click', (event) => {
      // Keyboard and scripts make clicks too; a finger makes one with a pointer.
      if (event.isTrusted && (event as MouseEvent).detail > 0) sessionStorage.setItem('taps', String(Number(sessionStorage.getItem('taps') ?? 0) + 1))
    }, { capture: true })
  })
  return () => page.evaluate(() => Number(sessionStorage.getItem('taps') ?? 0))
}

/** How much has jumped on a freshly opened page (cumulative layout shift). */
export const jumped = (page: Page): Promise<number> => page.evaluate(() => new Promise<number>((resolve) => {
  let sum = 0
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) if (!entry.hadRecentInput) sum += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
  requestAnimationFrame(() => requestAnimationFrame(() => { resolve(sum) }))
}))
