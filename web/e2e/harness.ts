// What every browser test starts from: a page that fails on any console error, screenshots, axe, accessibility trees, a person signed in.
import fs from 'node:fs'
import path from 'node:path'
import { test as base, expect, type Page } from '@playwright/test'
import axe from 'axe-core'

export { expect }

export type Lang = 'ru' | 'kk' | 'en'
export type Theme = 'light' | 'dark'
export const langs: readonly Lang[] = ['ru', 'kk', 'en']
export const themes: readonly Theme[] = ['light', 'dark']
const widths = [390, 1280] as const
const outDir = path.resolve(import.meta.dirname, 'out')

/** Browsers log every failed request as an error; tests which expect one list it here. */
interface Fixtures {
  /** Console errors that are expected in this test; none by default. */
  allowedErrors: RegExp
}

export const test = base.extend<Fixtures>({
  allowedErrors: [/^$/, { option: true }],
  page: async ({ page, allowedErrors }, run) => {
    const errors: string[] = []
    page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()) })
    page.on('pageerror', (error) => { errors.push(`uncaught: ${error.message}`) })
    await run(page)
    // An answer that is on its way when the test ends is nobody's any more.
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    // Content policy violations, missing messages and React's complaints all come this way.
    expect(errors.filter((text) => !allowedErrors.test(text))).toEqual([])
  },
})

/** Sets language and theme for pages opened from now on; for the present page, at once. */
export async function dress(page: Page, lang: Lang, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  await page.addInitScript(([l, t]) => {
    localStorage.setItem('lang', l)
    localStorage.removeItem('lang-adopted')
    localStorage.setItem('theme', t)
  }, [lang, theme] as const)
}

/** Opens a path in a language and theme and waits until the page has its heading. */
export async function open(page: Page, address: string, lang: Lang = 'ru', theme: Theme = 'light'): Promise<void> {
  await dress(page, lang, theme)
  await page.goto(address)
  await page.locator('h1').first().waitFor()
  // The account of who is signed in says which language, over what the browser remembers.
  if (await page.locator('html').getAttribute('lang') !== lang) await switchLang(page, lang)
  // Heavy fields come a moment later (ui/lazy-field).
  await expect(page.locator('main [aria-busy=true]:not(:has(*))')).toHaveCount(0)
  await page.evaluate(() => document.fonts.ready)
}

/** As if the language had been switched in another tab: nothing is loaded anew. */
export async function switchLang(page: Page, lang: Lang): Promise<void> {
  await page.evaluate((l) => {
    localStorage.setItem('lang', l)
    localStorage.removeItem('lang-adopted')
    dispatchEvent(new StorageEvent('storage', { key: 'lang', newValue: l }))
  }, lang)
  await expect(page.locator('html')).toHaveAttribute('lang', lang)
}

/** Screenshots of the page as it is at 390 and 1280 pixels, in both themes, in Russian and Kazakh: e2e/out/screens/<name>-…png. For human eyes. */
export async function screens(page: Page, name: string): Promise<void> {
  fs.mkdirSync(path.join(outDir, 'screens'), { recursive: true })
  const before = page.viewportSize()
  for (const lang of ['ru', 'kk'] as const) {
    await switchLang(page, lang)
    for (const theme of themes) {
      await page.evaluate((t) => { document.documentElement.dataset['theme'] = t }, theme)
      for (const width of widths) {
        await page.setViewportSize({ width, height: width === 390 ? 844 : 860 })
        await page.evaluate(() => document.fonts.ready)
        await page.screenshot({ path: path.join(outDir, 'screens', `${name}-${String(width)}-${theme}-${lang}.png`), fullPage: true })
      }
    }
  }
  if (before) await page.setViewportSize(before)
}

/**
 * No finding of axe (WCAG 2.2 A and AA, and best practices) on the page as it is. `within`: only in that part — for an open list of options,
 * around which React Aria hides the page from assistive technology while the focus cannot get there. What React Aria has just announced is left
 * out: for some seconds it refers to a button that was waiting, also when that button has gone.
 */
export async function checkAxe(page: Page, where = page.url(), within?: string): Promise<void> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(async (part) => {
    // A new width or language is drawn first, with what follows from it.
    await new Promise((drawn) => { requestAnimationFrame(() => { requestAnimationFrame(drawn) }) })
    // Nor is a colour judged on its way to another.
    const ending = document.getAnimations().filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime))
    await Promise.allSettled(ending.map((one) => one.finished))
    const { axe: here } = globalThis as unknown as { axe: typeof axe }
    return here.run({ include: [part ?? 'html'], exclude: ['[data-live-announcer]'] }, { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })
  }, within)
  expect(violations.map((v) => ({ rule: v.id, help: v.help, where, nodes: v.nodes.slice(0, 5).map((n) => `${n.target.join(' ')} — ${n.any.map((a) => a.message).join('; ')}`) }))).toEqual([])
}

/** axe in three languages and two themes, both at phone and desktop widths. `prepare` brings the page into the state to check, anew in each language. */
export async function checkAxeEverywhere(page: Page, address: string, prepare: (page: Page) => Promise<void> = () => Promise.resolve()): Promise<void> {
  for (const lang of langs) {
    await open(page, address, lang)
    await prepare(page)
    for (const theme of themes) {
      await page.evaluate((t) => { document.documentElement.dataset['theme'] = t }, theme)
      for (const width of widths) {
        await page.setViewportSize({ width, height: 844 })
        await checkAxe(page, `${address} ${lang} ${theme} ${String(width)}`)
      }
    }
  }
}

/**
 * The page's accessibility tree, kept in trees/<name>.aria.yml and reviewed like code (`-u` writes it anew). `part`: only that, where the frame
 * says nothing new. What the demo's data makes different from run to run is cut out of the file by hand: a snapshot lets others stand between.
 */
export async function checkTree(page: Page, name: string, part = 'body'): Promise<void> {
  await expect(page.locator(part)).toMatchAriaSnapshot({ name: `${name}.aria.yml` })
}

/** No content sticks out sideways, neither on the narrowest screen (WCAG 1.4.10) nor on a phone whose owner needs letters of twice the size (1.4.4). */
export async function checkFits(page: Page): Promise<void> {
  const before = page.viewportSize()
  for (const [width, text] of [[320, 100], [390, 200]] as const) {
    await page.setViewportSize({ width, height: 700 })
    const over = await page.evaluate((percent) => {
      const sheet = new CSSStyleSheet()
      // Even the shortest transition begins at the old size.
      sheet.replaceSync(`html { font-size: ${String(percent)}% } * { transition: none !important }`)
      document.adoptedStyleSheets.push(sheet)
      const { scrollWidth, clientWidth } = document.documentElement
      document.adoptedStyleSheets.pop()
      return scrollWidth - clientWidth
    }, text)
    expect.soft(over, `${page.url()} at ${String(width)} px and text of ${String(text)} % sticks out sideways`).toBeLessThanOrEqual(0)
  }
  if (before) await page.setViewportSize(before)
}

/** Answers `/api/me` for tests of the frame without a server; journeys sign in for real. */
export async function pretend(page: Page, kind: 'employee' | 'specialist' | 'staff' | null, more: Record<string, unknown> = {}): Promise<void> {
  const capabilities = kind === 'staff' ? ['support', 'safety', 'finance', 'catalogue', 'admin', 'auditor'] : []
  const person = kind && { id: '01890000-0000-7000-8000-000000000001', kind, display_name: 'Айгерім', time_zone: 'Europe/Moscow', capabilities, needs_second_factor: false, needs_way_in: false, ...more }
  await page.route('**/api/me', async (route) => {
    const locale = (await route.request().headerValue('accept-language')) ?? 'ru'
    await route.fulfill({ json: { person: person && { locale, ...person }, locale, now: new Date().toISOString(), is_demo: false } })
  })
  await page.route('**/api/live', (route) => route.fulfill({ contentType: 'text/event-stream', body: 'event: hello\nid: 1\ndata: {}\n\n' }))
}
