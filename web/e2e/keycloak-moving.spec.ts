// A deployment is switched from the built-in sign-in to a real Keycloak: who signed in before moves their record and finds it as it was. It starts the product
// itself, twice: the one that the tests have built, or $PONIMAU_BINARY; KEYCLOAK_URL is where its Keycloak then is, http://localhost:18681.
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { CDPSession, Page } from '@playwright/test'
import { codeIn, freshEmail, invitationIn, mailed, totp, withoutAutofill } from './factors'
import { checkAxe, checkFits, expect, open, screens, test } from './harness'
import { admin, atKeycloak, byPasskey, choosePassword, giveCode, givePassword, signOut } from './keycloak'
import { isCatalogueStaff } from './newcomer'
import { ask, enterAs, visitor } from './people'

const binary = process.env.PONIMAU_BINARY ?? path.resolve(import.meta.dirname, '../../target/debug/ponimau')
const data = fs.mkdtempSync(path.join(os.tmpdir(), 'moving-'))
const port = Number(process.env.MOVING_PORT ?? 18_680)
const base = `http://localhost:${String(port)}`
const relay = Number(process.env.MOVING_RELAY_PORT ?? 13_978)

test.setTimeout(540_000)
test.use({
  // The product stops under open pages.
  allowedErrors: /Failed to load resource|Failed to fetch|localhost:18\d81/, baseURL: base,
})

const settings = {
  PATH: process.env.PATH, HOME: process.env.HOME, PONIMAU_KEYCLOAK_ARCHIVE: process.env.PONIMAU_KEYCLOAK_ARCHIVE,
  PONIMAU_DATA: data, PONIMAU_LISTEN: `127.0.0.1:${String(port)}`, PONIMAU_RELAY_LISTEN: `127.0.0.1:${String(relay)}`,
  PONIMAU_RELAY_TLS_LISTEN: `127.0.0.1:${String(relay + 1871)}`, PONIMAU_RATE_PER_SECOND: '0', PONIMAU_LOG: 'warn',
}
let product: ChildProcess | undefined

async function start(page: Page, extra: Record<string, string>): Promise<void> {
  product = spawn(binary, ['demo'], { env: { ...settings, ...extra }, stdio: ['ignore', 'ignore', 'inherit'] })
  await expect.poll(() => page.request.get(`${base}/api/me`).then((answer) => answer.ok(), () => false), { timeout: 300_000, intervals: [1000] }).toBe(true)
}

async function stop(): Promise<void> {
  const running = product
  product = undefined
  if (running?.exitCode !== null) return
  const ended = new Promise((resolve) => { running.once('exit', resolve) })
  running.kill('SIGTERM')
  await ended
}

test.afterEach(stop)
test.afterAll(() => { fs.rmSync(data, { recursive: true, force: true }) })

/** The command, beside the running product. */
async function move(...words: string[]): Promise<{ code: number; said: string }> {
  const file = (name: string) => fs.readFileSync(path.join(data, 'postgres', name), 'utf8').trim()
  const env = {
    ...settings, PONIMAU_KEYCLOAK_URL: `http://localhost:${String(port + 1)}`, PONIMAU_KEY_FILE: path.join(data, 'deployment.key'),
    DATABASE_URL: `postgres://ponimau:${file('password')}@127.0.0.1:${file('port')}/ponimau?sslmode=disable`,
  }
  try {
    const { stdout, stderr } = await promisify(execFile)(binary, ['keycloak', 'move', ...words], { env })
    return { code: 0, said: stdout + stderr }
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string }
    return { code: failed.code, said: failed.stdout + failed.stderr }
  }
}

const me = (page: Page) => ask<{ person: { id: string; kind: string } | null }>(page, 'GET', '/api/me')
const newcomer = { code: 'DEMO-SEVER-2026', time_zone: 'Europe/Moscow' }

async function device(page: Page): Promise<{ tools: CDPSession; id: string }> {
  const tools = await page.context().newCDPSession(page)
  await tools.send('WebAuthn.enable')
  const { authenticatorId } = await tools.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  })
  return { tools, id: authenticatorId }
}

async function connectApp(page: Page): Promise<string> {
  const { challenge_id, secret } = await ask<{ challenge_id: string; secret: string }>(page, 'POST', '/api/me/totp/start')
  await ask(page, 'POST', '/api/me/totp', { challenge_id, code: totp(secret) })
  return secret
}

async function invited(staff: Page, page: Page, body: Record<string, unknown>, at: string): Promise<{ id: string; email: string; secret: string }> {
  const email = freshEmail('moves')
  await ask(staff, 'POST', at, { email, locale: 'ru', ...body })
  const token = (await mailed(staff, email, invitationIn)).split('#')[1]
  await page.goto('/urgent')
  await ask(page, 'POST', '/api/invitations/accept', { token, display_name: 'Дана', time_zone: 'Europe/Moscow' })
  const secret = await connectApp(page)
  return { id: (await me(page)).person?.id ?? '', email, secret }
}

async function toMoving(page: Page): Promise<void> {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Я входил сюда раньше' }).click()
  await expect(page.getByRole('heading', { name: 'Перенести профиль' })).toBeVisible()
}

async function byMail(page: Page, email: string): Promise<void> {
  await toMoving(page)
  await page.getByLabel('Почта').fill(email)
  await page.getByRole('button', { name: 'Получить код' }).click()
  await page.getByLabel('Код', { exact: true }).fill(await mailed(page, email, codeIn))
  await page.getByRole('button', { name: 'Продолжить' }).click()
}

test('people of the built-in sign-in move to Keycloak, each by what they had, and find their record', async ({ browser, page }) => {
  fs.rmSync(data, { recursive: true, force: true })
  await start(page, {})
  // Before: an employee with a passkey alone, one with an address of their own, a specialist and a member of staff with an app.
  await withoutAutofill(page)
  const phone = await device(page)
  await page.goto('/urgent')
  await ask(page, 'POST', '/api/auth/company-code/enter', { ...newcomer, display_name: 'Клён' })
  await page.goto('/keep-access')
  await page.getByRole('button', { name: 'Добавить ключ входа' }).click()
  // The session gets another cookie with it.
  await page.waitForURL((url) => url.pathname !== '/keep-access')
  expect((await ask<{ passkeys: unknown[] }>(page, 'GET', '/api/me/factors')).passkeys).toHaveLength(1)
  const employee = (await me(page)).person?.id
  const other = await visitor(browser, { baseURL: base })
  await other.page.goto('/urgent')
  await ask(other.page, 'POST', '/api/auth/company-code/enter', { ...newcomer, display_name: 'Ива' })
  const email = freshEmail('iva')
  const { challenge_id } = await ask<{ challenge_id: string }>(other.page, 'POST', '/api/me/email', { email })
  await ask(other.page, 'POST', '/api/me/email/answer', { challenge_id, code: (await mailed(other.page, email, codeIn)).replaceAll(/\s/g, '') })
  const withAddress = (await me(other.page)).person?.id
  const desk = await visitor(browser, { baseURL: base })
  await enterAs(desk.page, isCatalogueStaff)
  const { categories } = await ask<{ categories: { id: string }[] }>(desk.page, 'GET', '/api/operator/categories')
  const work = await visitor(browser, { baseURL: base })
  const specialist = await invited(desk.page, work.page, { name: 'Дана', category_ids: [categories[0]?.id] }, '/api/specialist-invitations')
  await enterAs(desk.page, (person) => person.capabilities.length > 2)
  const office = await visitor(browser, { baseURL: base })
  const staff = await invited(desk.page, office.page, { name: 'Дана', capabilities: ['support'] }, '/api/staff-invitations')
  await stop()

  await start(page, { PONIMAU_WITH_KEYCLOAK: 'true', PONIMAU_KEYCLOAK_PORT: String(port + 1) })
  expect((await me(page)).person, 'sessions of the former sign-in are over').toBeNull()
  process.env.KEYCLOAK_PASSWORD = fs.readFileSync(path.join(data, 'keycloak', 'console-password'), 'utf8').trim()
  // The command: looks, asks, does it, and does it again.
  const looked = await move('--dry-run')
  expect(looked.said).toContain('2 wait for their person')
  expect(looked.said).toContain('a passkey 1, a mailed code 1, a mailed code and the app 0')
  expect(looked.code, looked.said).toBe(3)
  expect((await move()).said, 'nobody can be asked here').toContain('Nothing was changed')
  await page.goto('/sign-in')
  await expect(page.getByRole('button', { name: 'Я входил сюда раньше' })).toHaveCount(0)
  const opened = await move('--yes', '--days', '30')
  expect(opened.said).toContain('Letters on their way: 3')
  expect(opened.said).not.toContain('@')
  expect((await move('--yes')).said).toContain('Letters on their way: 0')
  expect(await mailed(page, email, /(Перенесите свой профиль)/)).not.toBe('')

  // An employee by the passkey they had.
  await open(page, '/sign-in')
  await checkAxe(page)
  await screens(page, 'moving-door')
  await open(page, '/sign-in')
  await toMoving(page)
  await checkAxe(page)
  await checkFits(page)
  await page.getByRole('button', { name: 'Подтвердить ключом входа' }).click()
  await expect(page.getByRole('heading', { name: 'Как будете входить?' })).toBeVisible()
  expect((await me(page)).person, 'that signs nobody in').toBeNull()
  const { credentials } = await phone.tools.send('WebAuthn.getCredentials', { authenticatorId: phone.id })
  await page.getByRole('button', { name: /^Ключ входа/ }).click()
  await page.waitForURL(atKeycloak)
  await page.locator('#registerWebAuthn').click()
  await page.waitForURL('**/today')
  expect((await me(page)).person?.id).toBe(employee)
  // One host for both here: the device holds the former key too, which Keycloak does not know.
  for (const { credentialId } of credentials) await phone.tools.send('WebAuthn.removeCredential', { authenticatorId: phone.id, credentialId })
  await signOut(page)
  await byPasskey(page)
  await page.waitForURL('**/today')
  expect((await me(page)).person?.id).toBe(employee)

  // One by a mailed code, who will have a password.
  await byMail(other.page, email)
  await other.page.getByRole('button', { name: /^Почта и пароль/ }).click()
  await other.page.waitForURL(atKeycloak)
  await choosePassword(other.page, 'длинная фраза для входа')
  await other.page.waitForURL('**/today')
  expect((await me(other.page)).person?.id).toBe(withAddress)

  // A specialist, whose app goes along.
  await byMail(work.page, specialist.email)
  await expect(work.page.getByRole('heading', { name: 'Ещё один шаг' })).toBeVisible()
  await checkAxe(work.page)
  await screens(work.page, 'moving-code')
  await work.page.getByLabel('Код из приложения или резервный').or(work.page.getByRole('textbox')).first().fill(totp(specialist.secret, 1))
  await work.page.locator('form button[type=submit]').click()
  await work.page.locator('main').getByRole('button').filter({ hasText: specialist.email }).click()
  await work.page.waitForURL(atKeycloak)
  await giveCode(work.page, specialist.secret, 0)
  await choosePassword(work.page, 'пароль специалиста 1')
  await work.page.waitForURL('**/work/day')
  expect((await me(work.page)).person?.id).toBe(specialist.id)

  // A member of staff whose address somebody has at Keycloak already: said, and nothing is half done.
  await admin(page, 'POST', 'users', { username: 'somebody', email: staff.email, enabled: true })
  await byMail(office.page, staff.email)
  await office.page.getByLabel('Код из приложения или резервный').fill(totp(staff.secret, 1))
  await office.page.getByRole('button', { name: 'Продолжить' }).click()
  await office.page.getByRole('button', { name: /^Почта и пароль/ }).click()
  await expect(office.page.getByText('С этим адресом здесь уже входят.')).toBeVisible()
  const [{ id: somebody } = { id: '' }] = await admin(page, 'GET', 'users?username=somebody&exact=true') as { id: string }[]
  await admin(page, 'DELETE', `users/${somebody}`)
  await office.page.getByRole('button', { name: /^Почта и пароль/ }).click()
  await office.page.waitForURL(atKeycloak)
  await giveCode(office.page, staff.secret, 0)
  await choosePassword(office.page, 'пароль сотрудника 12')
  await office.page.waitForURL('**/desk/**')
  expect((await me(office.page)).person?.id).toBe(staff.id)
  // And at the next sign-in, by what they now have at Keycloak alone.
  await signOut(office.page)
  await office.page.goto('/sign-in')
  await office.page.getByRole('button', { name: 'Как сотрудник сервиса' }).click()
  await office.page.waitForURL(atKeycloak)
  await office.page.locator('#username').fill(staff.email)
  await givePassword(office.page, 'пароль сотрудника 12')
  await giveCode(office.page, staff.secret, 1)
  await office.page.waitForURL('**/desk/**')
  expect((await me(office.page)).person?.id).toBe(staff.id)

  // Everybody has moved.
  const done = await move('--dry-run')
  expect(done.code, done.said).toBe(0)
  expect((await move('--yes', '--close')).code).toBe(0)
  await signOut(page)
  await page.goto('/sign-in')
  await expect(page.getByRole('button', { name: 'Я входил сюда раньше' })).toHaveCount(0)

  // Disabled in the console: out within seconds, although nothing is due to be asked.
  const [{ id: disabled } = { id: '' }] = await admin(page, 'GET', `users?email=${encodeURIComponent(email)}&exact=true`) as { id: string }[]
  expect((await me(other.page)).person?.id).toBe(withAddress)
  await admin(page, 'PUT', `users/${disabled}`, { ...await admin(page, 'GET', `users/${disabled}`) as object, enabled: false })
  await expect.poll(async () => (await me(other.page)).person, { timeout: 12_000 }).toBeNull()
  for (const { context } of [other, desk, work, office]) await context.close()
})
