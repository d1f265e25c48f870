// Keycloak's pages in the brand's look, reached as people reach them: two languages, both themes, phone and desktop; and nothing asked from elsewhere.
import fs from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { checkAxe, checkFits, expect, open, test, themes } from './harness'
import { withoutApp } from './keycloak'
import type { DemoPerson } from './people'

test.setTimeout(300_000)
// The page of an error answers 400, which the browser calls an error too.
test.use({ allowedErrors: /status of 400/ })

/** Of every person in a demo; the page from which one signs in says so. */
const PASSWORD = 'ponimau demo 2026'
const langs = { ru: 'Русский', kk: 'Қазақша' } as const
const widths = [390, 1280] as const
const screens = path.resolve(import.meta.dirname, 'out/screens')

let asked: Set<string>

test.beforeEach(({ page }) => {
  asked = new Set()
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.protocol.startsWith('http') || url.protocol.startsWith('ws')) asked.add(url.origin.replace(/^ws/, 'http'))
  })
})

/** Through the product's door to Keycloak's, as the first of the demo's people of that kind. */
async function goTo(page: Page, people: 'Сотрудники компаний' | 'Команда сервиса'): Promise<URL> {
  await open(page, '/sign-in')
  const product = page.url()
  await page.getByRole('list', { name: people }).getByRole('button').first().click()
  await page.locator('#kc-form-login').waitFor()
  expect(new URL(page.url()).origin).not.toBe(new URL(product).origin)
  return new URL(page.url())
}

async function signIn(page: Page, password = PASSWORD): Promise<void> {
  await page.locator('#password').fill(password)
  await page.locator('#kc-login').click()
}

/** axe, room and a picture of the page as it is, in every dress. Choosing a language opens the page anew: `prepare` brings it back into its state. */
async function look(page: Page, name: string, prepare: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  fs.mkdirSync(screens, { recursive: true })
  for (const [lang, label] of Object.entries(langs)) {
    await page.locator('#login-select-toggle').selectOption({ label })
    await expect(page.locator('html')).toHaveAttribute('lang', lang)
    await prepare()
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      for (const width of widths) {
        await page.setViewportSize({ width, height: width === 390 ? 844 : 860 })
        await page.evaluate(() => document.fonts.ready)
        await checkAxe(page, `${name} ${lang} ${theme} ${String(width)}`)
        await page.screenshot({ path: path.join(screens, `keycloak-${name}-${String(width)}-${theme}-${lang}.png`), fullPage: true })
      }
    }
    await checkFits(page)
  }
}

/** Whatever was loaded came from the product or from its Keycloak. */
function expectOwnHosts(product: string, keycloak: URL): void {
  expect([...asked].filter((origin) => origin !== new URL(product).origin && origin !== keycloak.origin)).toEqual([])
}

test('the door, and a password that does not fit', async ({ page, baseURL }) => {
  const keycloak = await goTo(page, 'Сотрудники компаний')
  await expect(page.getByRole('link', { name: 'Срочная помощь' })).toHaveAttribute('href', /\/urgent$/)
  await look(page, 'login')
  await look(page, 'login-error', async () => {
    await signIn(page, 'not this one')
    await expect(page.locator('#input-error-username')).toBeVisible()
    await expect(page.locator('#username')).toHaveAttribute('aria-describedby', 'input-error-username')
  })
  expectOwnHosts(baseURL ?? '', keycloak)
})

test('a specialist or somebody of the staff connects an app with codes', async ({ page, baseURL }) => {
  const keycloak = await goTo(page, 'Команда сервиса')
  // Other journeys may have connected one.
  const first = (await (await page.request.get(`${baseURL ?? ''}/api/demo/people`)).json() as DemoPerson[]).find(({ kind }) => kind === 'staff')
  await withoutApp(page, first?.id ?? '')
  await signIn(page)
  await page.locator('#kc-totp-settings-form').waitFor()
  await look(page, 'totp')
  await look(page, 'totp-error', async () => {
    await page.locator('#totp').fill('000000')
    await page.locator('#saveTOTPBtn').click()
    await expect(page.locator('#input-error-totp')).toBeVisible()
  })
  expectOwnHosts(baseURL ?? '', keycloak)
})

test('somebody changes the password', async ({ page, baseURL }) => {
  const keycloak = await goTo(page, 'Сотрудники компаний')
  await signIn(page)
  await page.waitForURL((url) => url.origin === new URL(baseURL ?? '').origin && url.pathname !== '/signed-in')
  await open(page, '/me/security')
  await page.getByRole('button', { name: 'Сменить пароль' }).click()
  await page.locator('#kc-passwd-update-form').waitFor()
  await look(page, 'password')
  expectOwnHosts(baseURL ?? '', keycloak)
})

test('a link that is not whole', async ({ page, baseURL }) => {
  const keycloak = await goTo(page, 'Сотрудники компаний')
  const realm = /\/realms\/[^/]+/.exec(keycloak.pathname)?.[0] ?? ''
  await page.goto(`${keycloak.origin}${realm}/protocol/openid-connect/auth?client_id=nobody&response_type=code`)
  await expect(page.locator('#kc-error-message')).toBeVisible()
  await expect(page.locator('.back a')).toHaveAttribute('href', baseURL ?? '')
  await look(page, 'error')
  expectOwnHosts(baseURL ?? '', keycloak)
})
