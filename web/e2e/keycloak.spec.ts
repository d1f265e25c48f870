// Signing in at a real Keycloak: each role in Russian and Kazakh, newcomers by passkey and password, second factors, the end of sessions, and an outage.
import { execFileSync } from 'node:child_process'
import type { Page } from '@playwright/test'
import { administrator, newCompany } from './company-realm'
import { codeIn, freshEmail, givePasskeyDevice, invitationIn, mailed, proveAddress, withoutAutofill } from './factors'
import { checkAxe, checkFits, expect, open, screens, switchLang, test } from './harness'
import { accountConsole, admin, atKeycloak, byPassword, byPasskey, choosePassword, connectApp, giveCode, givePassword, refusal, signOut, toKeycloakAs, withoutApp } from './keycloak'
import { ask, visitor, type DemoPerson } from './people'

test.setTimeout(180_000)
// What Keycloak's own pages say to the console is not ours.
test.use({ allowedErrors: /Failed to load resource|localhost:1[89]\d81/ })

const nth = (kind: DemoPerson['kind'], index: number) => {
  let seen = -1
  return (person: DemoPerson) => person.kind === kind && ++seen === index
}
const isAdmin = (person: DemoPerson) => person.capabilities.length > 2

interface Me { person: { id: string; kind: string; locale: string } | null }
const me = (page: Page) => ask<Me>(page, 'GET', '/api/me')

async function asNewcomer(page: Page, name: string): Promise<void> {
  await page.goto('/enter?by=code')
  await page.getByLabel('Код').fill('DEMO-SEVER-2026')
  await page.getByRole('button', { name: 'Продолжить' }).click()
  await page.getByLabel('Имя или псевдоним').fill(name)
  await page.getByRole('button', { name: 'Продолжить' }).click()
  await expect(page.getByRole('heading', { name: 'Как будете входить?' })).toBeVisible()
}

for (const [lang, index] of [['ru', 0], ['kk', 1]] as const) {
  test(`an employee signs in (${lang}), and the session there ends with the one here`, async ({ page }) => {
    await open(page, '/sign-in', lang)
    const person = await toKeycloakAs(page, nth('employee', index))
    await expect(page.locator('html')).toHaveAttribute('lang', lang)
    await givePassword(page, 'not the password')
    await expect(refusal(page)).toBeVisible()
    await givePassword(page)
    await page.waitForURL('**/today')
    expect((await me(page)).person).toMatchObject({ id: person.id, kind: 'employee' })
    await signOut(page)
    await page.goto('/sign-in')
    await page.getByRole('button', { name: lang === 'ru' ? 'Войти' : 'Кіру', exact: true }).click()
    await page.waitForURL(atKeycloak)
    await expect(page.locator('#password'), 'whoever sits down next is asked').toBeVisible()
  })
}

const homeOf = { specialist: '**/work/day', hr: '**/hr/company', staff: '**/desk/live' }

for (const [lang, kind] of [['kk', 'specialist'], ['ru', 'staff'], ['kk', 'hr']] as const) {
  test(`a ${kind} (${lang}) connects an app at the first sign-in, and shows it at the next`, async ({ page }) => {
    await open(page, '/sign-in', lang)
    const person = await toKeycloakAs(page, kind === 'staff' ? (one) => one.capabilities.length === 1 && one.capabilities[0] === 'support' : nth(kind, 1))
    await expect(page.locator('html')).toHaveAttribute('lang', lang)
    await withoutApp(page, person.id)
    await givePassword(page)
    const secret = await connectApp(page)
    await page.waitForURL(homeOf[kind])
    expect((await me(page)).person).toMatchObject({ id: person.id, kind })
    await signOut(page)
    await toKeycloakAs(page, (one) => one.id === person.id)
    await givePassword(page)
    await giveCode(page, '234567ABCDEF234567ABCDEF', 0)
    await expect(refusal(page)).toBeVisible()
    await giveCode(page, secret, 1)
    await page.waitForURL(homeOf[kind])
  })
}

test('whoever tries the demo as somebody else is asked for their password, and sets nothing up for another', async ({ page }) => {
  const first = await toKeycloakAs(page, nth('employee', 2))
  await givePassword(page)
  await page.waitForURL('**/today')
  await page.getByRole('link', { name: 'Войти кем-то другим' }).click()
  const second = await toKeycloakAs(page, nth('specialist', 2))
  await expect(page.locator('#password')).toBeVisible()
  await withoutApp(page, second.id)
  await givePassword(page)
  await connectApp(page)
  await page.waitForURL('**/work/day')
  expect((await me(page)).person).toMatchObject({ id: second.id, kind: 'specialist' })
  expect(await admin(page, 'GET', `users/${first.id}/credentials`)).toMatchObject([{ type: 'password' }])
})

test('a change of rights asks for the second factor in a tab of its own, and goes on where it was', async ({ page }) => {
  const { id } = await toKeycloakAs(page, isAdmin)
  await withoutApp(page, id)
  await givePassword(page)
  const secret = await connectApp(page)
  await page.waitForURL('**/desk/live')
  // What was shown a moment ago counts for five minutes; the server's answer after them is played here, all else is real.
  let isPlayed = false
  await page.route('**/api/staff-invitations', async (route) => {
    if (isPlayed || route.request().method() !== 'POST') return route.continue()
    isPlayed = true
    return route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ status: 403, code: 'recent_proof_required' }) })
  })
  await page.goto('/desk/settings/staff')
  await page.getByRole('button', { name: 'Пригласить' }).click()
  const dialog = page.getByRole('dialog', { name: 'Пригласить в команду' })
  const email = freshEmail('new')
  await dialog.getByRole('textbox', { name: 'Рабочая почта' }).fill(email)
  await dialog.getByRole('textbox', { name: 'Имя' }).fill('Новый')
  await dialog.getByRole('checkbox', { name: 'Поддержка' }).press('Space')
  await dialog.getByRole('button', { name: 'Отправить приглашение' }).click()
  const [tab] = await Promise.all([page.waitForEvent('popup'), page.getByRole('button', { name: 'Подтвердить' }).click()])
  await tab.waitForURL(atKeycloak)
  await giveCode(tab, secret, 1)
  await expect(page.getByRole('table', { name: 'Приглашения' }).getByRole('row', { name: /Новый/ })).toBeVisible()
})

test('a newcomer enters by a company code and a passkey, and comes back by it', async ({ page }) => {
  await withoutAutofill(page)
  await givePasskeyDevice(page)
  await asNewcomer(page, 'Клён')
  await page.getByRole('button', { name: /^Ключ входа/ }).click()
  await page.waitForURL(atKeycloak)
  // What the page is about is read before its button; a newcomer has no other devices to be asked about.
  expect(await page.evaluate(() => document.querySelector('.about')?.compareDocumentPosition(document.getElementById('registerWebAuthn') as Node))).toBe(4)
  await expect(page.getByRole('checkbox')).toHaveCount(0)
  await page.locator('#registerWebAuthn').click()
  await page.waitForURL('**/consents?**')
  const { person } = await me(page)
  expect(person?.kind).toBe('employee')
  await signOut(page)
  await byPasskey(page)
  await page.waitForURL('**/today')
  expect((await me(page)).person?.id).toBe(person?.id)
  await page.goto('/me/security')
  const passkeys = page.getByRole('list', { name: 'Ключи входа' })
  await expect(passkeys.getByRole('listitem')).toHaveCount(1)
  await expect(page.getByText('это последний способ войти')).toBeVisible()
  await expect(passkeys.getByRole('button', { name: /^Удалить ключ/ }), 'the last way in is not offered to be removed').toHaveCount(0)
  const addPassword = page.getByRole('button', { name: 'Придумать пароль' })
  await expect(addPassword, 'without an address nobody could sign in by it').toHaveCount(0)
  // With one that is proven here there is a name for a password.
  const email = freshEmail('lisa')
  await page.goto('/me')
  await page.getByRole('button', { name: 'Добавить почту' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Почта').fill(email)
  await page.getByRole('button', { name: 'Прислать код' }).click()
  await page.getByLabel('Код из письма').fill(await mailed(page, email, codeIn))
  await page.getByRole('button', { name: 'Подтвердить' }).click()
  await expect(dialog).toHaveCount(0)
  await page.goto('/me/security')
  await addPassword.click()
  await page.waitForURL(atKeycloak)
  await choosePassword(page, 'длинная фраза для входа')
  await page.waitForURL('**/me/security')
  await mailed(page, email, /(новый пароль)/)
  await signOut(page)
  await byPassword(page, email, 'длинная фраза для входа')
  await page.waitForURL('**/today')
  expect((await me(page)).person?.id).toBe(person?.id)
})

test('a specialist sees app and recovery codes, keeps the only second factor, and finds no other page of the account', async ({ page }) => {
  const person = await toKeycloakAs(page, nth('specialist', 3))
  await withoutApp(page, person.id)
  await givePassword(page)
  const secret = await connectApp(page)
  await page.waitForURL('**/work/day')
  await page.goto('/work/account/security')
  await expect(page.getByText(/^Подключено \d/)).toBeVisible()
  await expect(page.getByText('вам нужен второй фактор')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Отключить приложение' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Получить новые коды' }).click()
  await page.waitForURL(atKeycloak)
  await giveCode(page, secret, 1)
  await page.locator('#kcRecoveryCodesConfirmationCheck').check()
  await page.locator('#saveRecoveryAuthnCodesBtn').click()
  await page.waitForURL('**/work/account/security')
  await expect(page.getByText('Осталось 12 кодов')).toBeVisible()
  await checkAxe(page)
  await checkFits(page)
  if (process.env['SCREENS']) await screens(page, 'keycloak-security-specialist')
  expect((await page.request.get(accountConsole)).status(), "Keycloak's own page of an account is shut").toBe(404)
})

test('a newcomer leaves the set-up, goes on with a password, and signs in by address', async ({ browser, page }) => {
  await asNewcomer(page, 'Ива')
  const email = freshEmail('iva')
  await page.getByRole('button', { name: /^Почта и пароль/ }).click()
  await proveAddress(page, email)
  await page.waitForURL(atKeycloak)
  await page.locator('[name="cancel-aia"]').click()
  await expect(page.getByRole('heading', { name: 'Способ входа ещё не настроен' })).toBeVisible()
  expect((await me(page)).person, 'no way in, no record').toBeNull()
  await page.getByRole('button', { name: /^Почта и пароль/ }).click()
  await page.waitForURL(atKeycloak)
  await expect(page.getByText('Хотя бы 12 знаков. Подойдёт фраза.')).toBeVisible()
  await choosePassword(page, 'short')
  await expect(refusal(page)).toBeVisible()
  await choosePassword(page, 'длинная фраза для входа')
  await page.waitForURL('**/consents?**')
  const { person } = await me(page)
  await signOut(page)
  await byPassword(page, email, 'длинная фраза для входа')
  await page.waitForURL('**/today')
  expect((await me(page)).person?.id).toBe(person?.id)
  // One that was changed by another way, as by "Forgot password?", is told at the next sign-in. The first look is a job: if it came later than the change, the next one is told.
  const [{ id: account } = { id: '' }] = await admin(page, 'GET', `users?email=${encodeURIComponent(email)}&exact=true`) as { id: string }[]
  let value = ''
  await expect(async () => {
    value = `${freshEmail('another')} phrase`
    await admin(page, 'PUT', `users/${account}/reset-password`, { type: 'password', value, temporary: false })
    await expect.poll(async () => (await me(page)).person).toBeNull()
    await byPassword(page, email, value)
    await page.waitForURL('**/today')
    await mailed(page, email, /(В вашей учётной записи задан новый пароль)/)
  }).toPass({ timeout: 90_000 })
  // One that is chosen of one's own accord ends what is open elsewhere.
  const other = await visitor(browser)
  await byPassword(other.page, email, value)
  await other.page.waitForURL('**/today')
  await page.goto('/me/security')
  await page.getByRole('button', { name: 'Сменить пароль' }).click()
  await page.waitForURL(atKeycloak)
  await choosePassword(page, 'ещё одна длинная фраза')
  await page.waitForURL('**/me/security')
  await other.page.waitForURL('**/sign-in**')
  await other.context.close()
  // A passkey beside it: either may be removed, and what is left may not.
  await givePasskeyDevice(page)
  await page.goto('/me/security')
  const removePassword = page.getByRole('button', { name: 'Удалить пароль' })
  await expect(page.getByText('это последний способ войти')).toBeVisible()
  await expect(removePassword).toHaveCount(0)
  await page.getByRole('button', { name: 'Добавить ключ входа' }).click()
  await page.waitForURL(atKeycloak)
  await page.locator('#registerWebAuthn').click()
  await page.waitForURL('**/me/security')
  await expect(removePassword).toBeVisible()
  // It is told by mail, and named so that one knows it.
  await mailed(page, email, /(новый ключ входа)/)
  await page.getByRole('button', { name: /^Переименовать ключ/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Название').fill('Телефон')
  await dialog.getByRole('button', { name: 'Сохранить' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(page.getByRole('list', { name: 'Ключи входа' })).toContainText('Телефон')
  await page.reload()
  await expect(page.getByRole('list', { name: 'Ключи входа' })).toContainText('Телефон')
  if (process.env['SCREENS']) {
    await screens(page, 'keycloak-security-employee')
    await switchLang(page, 'ru')
  }
  await page.getByRole('button', { name: /^Удалить ключ/ }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Удалить', exact: true }).click()
  await expect(page.getByText('Ключ входа удалён.')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Ключи входа' })).toHaveCount(0)
  await expect(removePassword).toHaveCount(0)
  // The address has an account now: another newcomer with it is told so here, not by an error there.
  await signOut(page)
  await asNewcomer(page, 'Ива вторая')
  await page.getByRole('button', { name: /^Почта и пароль/ }).click()
  await proveAddress(page, email)
  await expect(page.getByText('С этим адресом здесь уже входят.')).toBeVisible()
})

test('whoever leaves Keycloak midway goes on where they were, and nothing that was shown is asked again', async ({ browser, page }) => {
  const staff = await administrator(browser)
  const { domain } = await newCompany(staff.page, [])
  await staff.context.close()

  const email = `olga@${domain}`
  await page.goto('/enter?by=email')
  await proveAddress(page, email)
  await page.getByLabel('Имя или псевдоним').fill('Ольга')
  // A double click chooses nothing of what the first one brings.
  const button = await page.getByRole('button', { name: 'Продолжить' }).boundingBox()
  const [x, y] = [(button?.x ?? 0) + (button?.width ?? 0) / 2, (button?.y ?? 0) + (button?.height ?? 0) / 2]
  await page.mouse.click(x, y)
  const ways = page.getByRole('heading', { name: 'Как будете входить?' })
  await expect(ways).toBeVisible()
  const picks = page.getByRole('list', { name: 'Как будете входить?' }).getByRole('button')
  for (const pick of await picks.all()) {
    const box = await pick.boundingBox()
    await page.mouse.move((box?.x ?? 0) + 20, (box?.y ?? 0) + 20)
    await page.mouse.down({ clickCount: 2 })
    await page.mouse.up({ clickCount: 2 })
  }
  await expect(ways).toBeVisible()
  await expect(page).toHaveURL(/\/enter/)

  const toPassword = async () => {
    await page.getByRole('button', { name: /^Почта и пароль/ }).click()
    // The company's address would open nothing once they have left: they are asked for another, and may go on by this one.
    await expect(page.getByText('не войти, когда вы уйдёте из компании')).toBeVisible()
    await page.getByRole('button', { name: 'Всё равно входить по ней' }).click()
    await page.waitForURL(atKeycloak)
    await expect(page.locator('#password-new')).toBeVisible()
  }
  await page.getByRole('button', { name: /^Почта и пароль/ }).click()
  await expect(page.getByRole('heading', { name: 'Почта для входа' })).toBeVisible()
  await checkAxe(page)
  await checkFits(page)
  if (process.env['SCREENS']) {
    await screens(page, 'keycloak-way-address')
    await switchLang(page, 'ru')
  }
  await page.getByRole('button', { name: 'Назад' }).click()
  await toPassword()
  // Back: neither the code, which is used, nor the name is asked again; and the account of this try is no obstacle to the next.
  await page.goto('/enter?by=email')
  await expect(ways).toBeVisible()
  await toPassword()
  // By Keycloak's own way out one comes to the door, which says how to go on.
  await page.goto('/sign-in?from=keycloak')
  await expect(page.getByText('Вы начали вход впервые и не закончили')).toBeVisible()
  await checkFits(page)
  if (process.env['SCREENS']) {
    await screens(page, 'keycloak-unfinished')
    await switchLang(page, 'ru')
  }
  await page.getByRole('button', { name: 'Продолжить вход' }).click()
  await expect(ways).toBeVisible()
  await toPassword()
  await choosePassword(page, 'длинная фраза для входа')
  await page.waitForURL('**/consents?**')
  expect(await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith('entry:')))).toEqual([])
})

test('an invited specialist gets an account with two factors, and keeps it apart from the employee they are', async ({ browser, page }) => {
  const staff = await visitor(browser)
  const { id } = await toKeycloakAs(staff.page, (one) => one.capabilities.length === 1 && one.capabilities[0] === 'catalogue')
  await withoutApp(staff.page, id)
  await givePassword(staff.page)
  await connectApp(staff.page)
  await staff.page.waitForURL('**/desk/**')
  const { categories } = await ask<{ categories: { id: string }[] }>(staff.page, 'GET', '/api/operator/categories')
  const email = freshEmail('dana')
  await ask(staff.page, 'POST', '/api/specialist-invitations', { email, name: 'Дана', locale: 'ru', category_ids: [categories[0]?.id] })
  await page.goto(await mailed(staff.page, email, invitationIn))
  await expect(page.getByLabel('Имя')).toHaveValue('Дана')
  await page.getByRole('button', { name: 'Продолжить' }).click()
  await page.getByRole('button', { name: new RegExp(`^Почта и пароль.*${email.replaceAll('.', String.raw`\.`)}`) }).click()
  await page.waitForURL(atKeycloak)
  const secret = await connectApp(page)
  await choosePassword(page, 'пароль специалиста 1')
  await page.waitForURL('**/work/day')
  const specialist = (await me(page)).person
  expect(specialist?.kind).toBe('specialist')
  await signOut(page)
  // The same person as an employee of a client: one way to sign in, two records.
  await asNewcomer(page, 'Тень')
  await page.getByRole('button', { name: /^Я здесь уже вхожу/ }).click()
  await page.waitForURL(atKeycloak)
  await page.locator('#username').fill(email)
  await givePassword(page, 'пароль специалиста 1')
  await page.waitForURL('**/consents?**')
  const employee = (await me(page)).person
  expect(employee?.kind).toBe('employee')
  expect(employee?.id).not.toBe(specialist?.id)
  expect(secret).not.toBe('')
  await staff.context.close()
})

test('a lost app is reset by the administrator, and another one is connected at the next sign-in', async ({ browser, page }) => {
  const staff = await administrator(browser)
  const lost = await toKeycloakAs(page, nth('specialist', 3))
  await withoutApp(page, lost.id)
  await givePassword(page)
  await connectApp(page)
  await page.waitForURL('**/work/day')
  await ask(staff.page, 'POST', `/api/people/${lost.id}/reset-factors`)
  await expect.poll(async () => (await me(page)).person).toBeNull()
  await expect.poll(async () => (await admin(page, 'GET', `users/${lost.id}/credentials`) as { type: string }[]).map(({ type }) => type)).toEqual(['password'])
  await toKeycloakAs(page, (one) => one.id === lost.id)
  await givePassword(page)
  await connectApp(page)
  await page.waitForURL('**/work/day')
  await staff.context.close()
})

test('many sessions of an account do not spare it the second factor', async ({ browser, page }) => {
  const { id } = await toKeycloakAs(page, nth('employee', 6))
  await givePassword(page)
  await page.waitForURL('**/today')
  const others = await Promise.all(Array.from({ length: 6 }, () => visitor(browser)))
  for (const other of others) {
    await toKeycloakAs(other.page, (person) => person.id === id)
    await givePassword(other.page)
    await other.page.waitForURL('**/today')
  }
  await expect.poll(async () => (await me(page)).person, 'the oldest are over').toBeNull()
  // As a specialist, which takes two factors: they have none yet, and are led to set one up, at the limit too.
  const last = await visitor(browser)
  await last.page.goto('/urgent')
  const { address } = await ask<{ address: string }>(last.page, 'POST', '/api/auth/keycloak', { kind: 'specialist', demo_person_id: id })
  await last.page.goto(address)
  await givePassword(last.page)
  await expect(last.page.locator('#totp')).toBeVisible()
  for (const { context } of [...others, last]) await context.close()
})

test('ended at the console of Keycloak, a session is over here at once', async ({ page }) => {
  const person = await toKeycloakAs(page, nth('employee', 3))
  await givePassword(page)
  await page.waitForURL('**/today')
  await admin(page, 'POST', `users/${person.id}/logout`)
  await expect.poll(async () => (await me(page)).person, { timeout: 5000 }).toBeNull()
})

test('whoever is disabled there does not come in, and reads why in their language', async ({ page }) => {
  const person = await toKeycloakAs(page, nth('employee', 4))
  await admin(page, 'PUT', `users/${person.id}`, { enabled: false })
  await givePassword(page)
  await expect(refusal(page)).toBeVisible()
  expect(await page.locator('html').getAttribute('lang')).toBe('ru')
  await admin(page, 'PUT', `users/${person.id}`, { enabled: true })
})

test('an answer that comes a second time, or into another browser, opens nothing', async ({ browser, page }) => {
  await toKeycloakAs(page, nth('employee', 5))
  const answers: string[] = []
  page.on('request', (request) => { if (request.url().includes('/signed-in?')) answers.push(request.url()) })
  await givePassword(page)
  await page.waitForURL('**/today')
  const [answer = ''] = answers
  expect(answer).toContain('code=')
  // Whoever is in goes on, as by "back" over Keycloak's page.
  await page.goto(answer)
  await page.waitForURL('**/today')
  const other = await visitor(browser)
  await other.page.goto(answer)
  await expect(other.page.getByText('Эта попытка входа больше не действует')).toBeVisible()
  expect((await me(other.page)).person).toBeNull()
  await other.context.close()
})

test('while Keycloak does not answer who is in goes on, others read why, and afterwards all is as before', async ({ browser, page }) => {
  const person = await toKeycloakAs(page, nth('employee', 7))
  await givePassword(page)
  await page.waitForURL('**/today')
  const other = await visitor(browser)
  const signIn = () => other.page.getByRole('button', { name: 'Войти', exact: true }).click()
  await other.page.goto('/sign-in')
  // Stopped in its tracks: what is asked of it hangs, as with a machine that died.
  const signal = (name: string) => execFileSync('pkill', [`-${name}`, '-f', '--', `--http-port=${new URL(process.env.KEYCLOAK_URL ?? '').port}`])
  signal('STOP')
  try {
    await page.goto('/messages')
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    expect((await me(page)).person?.id).toBe(person.id)
    await ask(page, 'PATCH', '/api/me/account', { display_name: person.display_name })
    // What Keycloak alone knows is waited for once; the rest of the page is there meanwhile.
    await page.goto('/me/security')
    await expect(page.getByRole('list', { name: 'Где вы вошли' }).getByRole('listitem')).not.toHaveCount(0)
    await expect(page.getByText('Сервер входа не отвечает')).toBeVisible({ timeout: 12_000 })
    await signIn()
    await expect(other.page.getByText('страница входа не отвечает')).toBeVisible({ timeout: 20_000 })
    // Whoever signs out is out here at once; there it is caught up on.
    await signOut(page)
    expect((await me(page)).person).toBeNull()
  } finally {
    signal('CONT')
  }
  await signIn()
  await other.page.waitForURL(atKeycloak)
  await expect.poll(async () => (await admin(page, 'GET', `users/${person.id}/sessions`) as unknown[]).length, { timeout: 60_000 }).toBe(0)
  await other.context.close()
})
