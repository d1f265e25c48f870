// Passes where people prove at their company's own sign-in that they may have one: at the real Keycloak, which is then searched for whatever leads from the
// proof to the account.
import fs from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { administrator, connect, demand, newCompany, signInAtWork, type Company } from './company-realm'
import { checkAxeHere } from './employee'
import { codeIn, freshEmail, givePasskeyDevice, mailed, withoutAutofill } from './factors'
import { checkAxe, checkFits, expect, open, screens, test } from './harness'
import { admin, atKeycloak, byPasskey, choosePassword, givePassword, signOut } from './keycloak'
import { ask, visitor } from './people'

test.setTimeout(300_000)
test.use({ allowedErrors: /Failed to load resource|localhost:1[89]\d81|localhost:1[89]\d10/ })

const PASSWORD = 'длинная фраза для входа'

interface Account { company: string | null; is_by_sso: boolean; pass: { ends_on: string } | null }
interface User { id: string; username: string; email?: string; createdTimestamp: number }

async function look(page: Page, name: string): Promise<void> {
  await checkFits(page)
  if (process.env['SCREENS']) await screens(page, name)
  await checkAxeHere(page, name)
}

/** Everything of the realm that its administrator can read. */
async function everything(page: Page): Promise<string> {
  const users = await admin(page, 'GET', 'users?max=1000') as User[]
  const more = await Promise.all(users.map(async ({ id }) => [
    await admin(page, 'GET', `users/${id}/federated-identity`), await admin(page, 'GET', `users/${id}/sessions`), await admin(page, 'GET', `users/${id}/organizations`).catch(() => null),
  ]))
  const organizations = await admin(page, 'GET', 'organizations?max=1000') as { id: string }[]
  const members = await Promise.all(organizations.map(({ id }) => admin(page, 'GET', `organizations/${id}/members?max=1000`)))
  return JSON.stringify([users, more, members, await admin(page, 'GET', 'events?max=1000')])
}

/** The files of a folder, in which one of `names` stands. */
function filesWith(folder: string, names: readonly string[]): string[] {
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = fs.readFileSync(file)
      return names.some((name) => bytes.includes(name))
    })
}

/** From the product's door to the company's page, and back with its word. */
async function prove(page: Page, company: Company, who: string): Promise<void> {
  await open(page, '/enter?by=email')
  await page.getByLabel('Почта').fill(`${who}@${company.domain}`)
  await page.getByRole('button', { name: 'Получить код' }).click()
  // Where one goes is said before one is there, and that a pass comes next: nobody of the company gets in by its sign-in.
  await expect(page.getByText('потом вы вернётесь сюда и получите пропуск')).toBeVisible()
  await expect(page.getByText('входить будете своим способом, не через компанию', { exact: false })).toBeVisible()
  await expect(page.getByText('технически', { exact: false })).toHaveCount(0)
  await look(page, 'pass-ahead-sso')
  await page.getByRole('button', { name: 'Войти через компанию' }).click()
  await signInAtWork(page, company, who)
  await expect(page.getByRole('heading', { level: 1, name: 'Получите пропуск' })).toBeVisible()
}

async function fetchPass(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Получить пропуск' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Пропуск у вас' })).toBeVisible()
  return page.getByLabel('Пропуск', { exact: true }).inputValue()
}

test('somebody proves at their company, and no trace leads from there to the account of their pass', async ({ browser, page }) => {
  const staff = await administrator(browser)
  const company = await newCompany(staff.page, ['ivan', 'olga'])
  await connect(staff.page, company)
  await demand(staff.page, company, true)
  await open(staff.page, `/desk/companies/${company.id}?part=passes`)
  await expect(staff.page.getByText('Люди подтверждают, что они из компании, на её странице входа')).toBeVisible()
  await staff.page.getByRole('button', { name: 'Включить' }).click()
  await staff.page.getByRole('alertdialog').or(staff.page.getByRole('dialog')).getByRole('button', { name: 'Включить' }).click()
  await expect(staff.page.getByText('Новые люди входят с пропуском')).toBeVisible()
  await checkFits(staff.page)
  if (process.env['SCREENS']) await screens(staff.page, 'passes-with-sso')
  else await checkAxe(staff.page)
  const known = await admin(page, 'GET', 'users?max=1000', undefined, company.realm) as User[]
  const ofIvan = known.find(({ username }) => username === 'ivan')?.id ?? ''
  expect(ofIvan).not.toBe('')
  const from = Date.now()

  // The proof. A reload loses nothing; nothing is left there meanwhile, though the company's page was passed a moment ago.
  await withoutAutofill(page)
  await givePasskeyDevice(page)
  await prove(page, company, 'ivan')
  await expect(page.getByText('Компания по своему входу знает', { exact: false })).toBeVisible()
  await look(page, 'pass-fetch-sso')
  expect((await page.context().cookies()).map(({ name }) => name)).not.toContain('__Host-ponimau-entering')
  expect(await everything(staff.page)).not.toContain(ofIvan)
  await page.reload()
  const pass = await fetchPass(page)
  await look(page, 'pass-have-sso')

  // The account, in the same browser: with a passkey.
  await page.getByRole('button', { name: 'Открыть профиль сейчас' }).click()
  await page.getByLabel('Имя или псевдоним').fill('Тихий чай')
  await page.locator('main form button[type=submit]').click()
  await expect(page.getByRole('button', { name: /^Почта и пароль/ })).toBeVisible()
  await expect(page.getByRole('button', { name: /^Я здесь/ })).toHaveCount(0)
  await look(page, 'pass-way')
  await page.getByRole('button', { name: /^Ключ входа/ }).click()
  await page.waitForURL(atKeycloak)
  await page.locator('#registerWebAuthn').click()
  await page.waitForURL('**/consents?**')
  const account = await ask<Account>(page, 'GET', '/api/me/account')
  expect(account).toMatchObject({ company: company.name, is_by_sso: false })
  expect(account.pass).not.toBeNull()

  // Keycloak's account of the proof is named by one event alone, which says that we have removed it.
  const events = await admin(staff.page, 'GET', `admin-events?dateFrom=${String(from)}&operationTypes=DELETE&resourceTypes=USER&max=100`) as { resourcePath: string; representation?: string }[]
  const removed = events.map(({ resourcePath }) => resourcePath.replace('users/', ''))
  expect(removed).toHaveLength(1)
  expect(events.every(({ representation }) => representation === undefined)).toBe(true)
  const names = [ofIvan, `ivan@${company.domain}`, ...removed]
  const there = await everything(staff.page)
  for (const name of names) expect(there, name).not.toContain(name)
  // What the same look finds of somebody who is there.
  const entered = (await admin(staff.page, 'GET', 'users?max=1000') as User[]).filter(({ username }) => username.startsWith('entrance.'))
    .sort((one, other) => one.createdTimestamp - other.createdTimestamp).at(-1)
  expect(there).toContain(entered?.id)
  // Nor does it stand anywhere in our database's files, its log included; the name of the account that was opened does.
  const files = path.join(process.env['PONIMAU_DATA'] ?? 'PONIMAU_DATA is not said', 'postgres')
  expect(filesWith(files, names)).toEqual([])
  expect(filesWith(files, [entered?.id ?? 'nobody']).length).toBeGreaterThan(0)

  // By their own way they come back, though the domain demands the company's.
  await signOut(page)
  await byPasskey(page)
  await page.waitForURL('**/today')
  // One pass a period, however often they prove it.
  const again = await visitor(browser)
  await prove(again.page, company, 'ivan')
  await again.page.getByRole('button', { name: 'Получить пропуск' }).click()
  await expect(again.page.getByText('Пропуск на этот период вам уже выдан')).toBeVisible()
  await again.context.close()
  expect(pass).toMatch(/^[\w-]{471}$/)
  await staff.context.close()
})

test('with a password and an address of ones own; and one signs out to prove it again, and renews', async ({ browser, page }) => {
  const staff = await administrator(browser)
  const company = await newCompany(staff.page, ['ivan', 'olga'])
  await connect(staff.page, company)
  await ask(staff.page, 'PUT', `/api/operator/companies/${company.id}/passes`, { is_on: true, months: 3 })
  const first = await visitor(browser)
  await prove(first.page, company, 'ivan')
  const pass = await fetchPass(first.page)
  await first.context.close()

  await open(page, '/enter?by=pass')
  await page.getByLabel('Пропуск', { exact: true }).fill(pass)
  await page.getByRole('button', { name: 'Продолжить' }).click()
  await page.getByLabel('Имя или псевдоним').fill('Ива')
  await page.locator('main form button[type=submit]').click()
  await page.getByRole('button', { name: /^Почта и пароль/ }).click()
  await page.getByLabel('Почта').fill(`ivan@${company.domain}`)
  await page.getByRole('button', { name: 'Получить код' }).click()
  await expect(page.getByText(/рабоч/).last()).toBeVisible()
  const email = freshEmail('iva')
  await page.getByLabel('Почта').fill(email)
  await page.getByRole('button', { name: 'Получить код' }).click()
  await page.getByLabel('Код').fill(await mailed(page, email, codeIn))
  await page.getByRole('button', { name: 'Продолжить' }).click()
  await page.waitForURL(atKeycloak)
  await choosePassword(page, PASSWORD)
  await page.waitForURL('**/consents?**')
  const person = (await ask<{ person: { id: string } }>(page, 'GET', '/api/me')).person.id

  // The next pass: who is signed in leaves first, and no request names the address beside the session.
  const beside: string[] = []
  page.on('request', (request) => {
    if (!request.postData()?.includes(company.domain)) return
    void request.headerValue('cookie').then((cookie) => { if (cookie?.includes('__Host-ponimau=')) beside.push(request.url()) })
  })
  await open(page, '/enter?by=email')
  await page.getByLabel('Почта').fill(`olga@${company.domain}`)
  await page.getByRole('button', { name: 'Получить код' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Сначала выйдите из профиля' })).toBeVisible()
  await look(page, 'pass-leave-first')
  await page.getByRole('button', { name: 'Выйти и продолжить' }).click()
  await signInAtWork(page, company, 'olga')
  await expect(page.getByRole('heading', { level: 1, name: 'Получите пропуск' })).toBeVisible()
  expect(beside).toEqual([])
  await fetchPass(page)
  await page.getByRole('link', { name: 'Профиль уже есть: войти и продлить' }).click()
  await page.getByRole('button', { name: 'Войти', exact: true }).click()
  await page.waitForURL(atKeycloak)
  await page.locator('#username').fill(email)
  await givePassword(page, PASSWORD)
  await expect(page.getByRole('heading', { level: 1, name: 'Продлить доступ' })).toBeVisible()
  await page.getByRole('button', { name: 'Продлить доступ' }).click()
  await expect(page.getByText(/Доступ продлён до/)).toBeVisible()
  expect((await ask<{ person: { id: string } }>(page, 'GET', '/api/me')).person.id).toBe(person)
  await staff.context.close()
})
