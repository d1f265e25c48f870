// Companies whose people sign in at the company itself: a second realm of the real Keycloak. Each trap of Keycloak's has a test that falls into it without us.
import type { Page } from '@playwright/test'
import { administrator, connect, demand, isThere, newCompany, oidcOf, samlOf, secretOf, signInAtWork, type Company } from './company-realm'
import { codeIn, freshEmail, givePasskeyDevice, invitationIn, mailed, withoutAutofill } from './factors'
import { checkAxe, checkFits, expect, open, test } from './harness'
import { admin, atKeycloak, connectApp, givePassword, refusal, signOut } from './keycloak'
import { ask, visitor } from './people'

test.setTimeout(240_000)
test.use({ allowedErrors: /Failed to load resource|localhost:18\d81/ })

interface Me { person: { id: string; kind: string; locale: string } | null }
const me = async (page: Page) => (await ask<Me>(page, 'GET', '/api/me')).person

const words = {
  ru: { name: 'Имя или псевдоним', next: 'Продолжить', company: 'Войти через компанию', address: 'Рабочая почта' },
  kk: { name: 'Есім немесе бүркеншік ат', next: 'Жалғастыру', company: 'Компания арқылы кіру', address: 'Жұмыс поштасы' },
}

/** The account of somebody whom their company calls so. */
async function accountOf(page: Page, address: string): Promise<{ id: string; username: string; email?: string } | undefined> {
  return (await admin(page, 'GET', `users?q=work_address:${address}`) as { id: string; username: string; email?: string }[])[0]
}

/** Says what to be called, as the last step of a first entry. */
async function callMe(page: Page, name: string, lang: 'ru' | 'kk' = 'ru'): Promise<void> {
  await page.getByLabel(words[lang].name).fill(name)
  await page.getByRole('button', { name: words[lang].next }).click()
  await page.waitForURL('**/consents?**')
}

/** From the product's door to the company's. */
async function byAddress(page: Page, address: string, lang: 'ru' | 'kk' = 'ru'): Promise<void> {
  await open(page, '/sign-in', lang)
  await page.getByRole('button', { name: words[lang].company }).click()
  await atWork(page, address, lang)
}

async function atWork(page: Page, address: string, lang: 'ru' | 'kk' = 'ru'): Promise<void> {
  await page.getByLabel(words[lang].address).fill(address)
  await page.getByRole('button', { name: words[lang].next }).click()
}

/** The whole first entry of somebody whom their company vouches for. */
async function enterBy(company: Company, page: Page, who: string, name: string): Promise<void> {
  await byAddress(page, `${who}@${company.domain}`)
  await signInAtWork(page, company, who)
  await callMe(page, name)
}

/** At Keycloak's own page, by what is one's own. */
async function byPassword(page: Page, address: string, password: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Войти', exact: true }).click()
  await page.waitForURL(atKeycloak)
  await page.locator('#username').fill(address)
  await givePassword(page, password)
}

test('an administrator connects a company, checks it, and its people enter by their address', async ({ browser, page }) => {
  const staff = await administrator(browser)
  const company = await newCompany(staff.page, ['ivan', 'aigerim'])
  await open(staff.page, `/desk/companies/${company.id}?part=sso`)
  await staff.page.getByRole('textbox', { name: 'Адрес издателя (issuer)' }).fill(`${company.issuer}/nothing`)
  await staff.page.getByRole('textbox', { name: 'Client ID' }).fill('ponimau')
  await staff.page.getByLabel('Client secret').fill(secretOf())
  await staff.page.getByRole('button', { name: 'Подключить' }).click()
  await expect(staff.page.getByText('Keycloak не смог прочитать настройки входа').first()).toBeVisible()
  await staff.page.getByRole('textbox', { name: 'Адрес издателя (issuer)' }).fill(company.issuer)
  await staff.page.getByRole('button', { name: 'Подключить' }).click()
  await expect(staff.page.getByText('В Keycloak всё так же, как здесь')).toBeVisible({ timeout: 20_000 })
  await staff.page.getByRole('button', { name: 'Проверить', exact: true }).click()
  await expect(staff.page.getByText('Настройки сходятся.')).toBeVisible()
  await checkAxe(staff.page)
  await checkFits(staff.page)

  // A newcomer at our own door.
  await open(page, '/enter?by=email')
  await page.getByLabel('Почта').fill(`ivan@${company.domain}`)
  await page.getByRole('button', { name: 'Получить код' }).click()
  await signInAtWork(page, company, 'ivan')
  await expect(page.getByText(company.name)).toBeVisible()
  await checkAxe(page)
  expect(await me(page), 'nothing is made before one has said what to call them').toBeNull()
  await callMe(page, 'Клён')
  const person = await me(page)
  const account = await ask<{ company: string | null; email: string | null }>(page, 'GET', '/api/me/account')
  expect(account).toMatchObject({ company: company.name, email: null })
  await signOut(page)
  // And comes back without a word: signing out here is no signing out at work.
  await byAddress(page, `ivan@${company.domain}`)
  await page.waitForURL('**/today')
  expect((await me(page))?.id).toBe(person?.id)
  await staff.context.close()

  const other = await visitor(browser)
  await byAddress(other.page, `aigerim@${company.domain}`, 'kk')
  await signInAtWork(other.page, company, 'aigerim')
  await callMe(other.page, 'Қайың', 'kk')
  expect((await me(other.page))?.locale).toBe('kk')
  await other.context.close()
})

test('an address of elsewhere makes nobody a member, whatever the company asserts', async ({ browser, page }) => {
  const staff = await administrator(browser)
  const stranger = freshEmail('eve').replace(/@.*/, '@other.example')
  const company = await newCompany(staff.page, [stranger])
  await connect(staff.page, company)
  await byAddress(page, `any@${company.domain}`)
  await signInAtWork(page, company, stranger.split('@')[0] ?? '')
  await expect(page.getByText('назвала адрес не своего домена')).toBeVisible()
  await page.goto('/urgent')
  expect(await me(page)).toBeNull()
  await staff.context.close()
})

test('two companies may have an Ivan each', async ({ browser, page }) => {
  const staff = await administrator(browser)
  const records = new Set<string | undefined>()
  for (let at = 0; at < 2; at++) {
    const company = await newCompany(staff.page, ['ivan'])
    await connect(staff.page, company)
    const ivan = await visitor(browser)
    await byAddress(ivan.page, `ivan@${company.domain}`)
    await signInAtWork(ivan.page, company, 'ivan')
    await callMe(ivan.page, 'Иван')
    records.add((await me(ivan.page))?.id)
    const found = await accountOf(page, `ivan@${company.domain}`)
    expect(found?.username).toMatch(new RegExp(`^company-${company.id}\\.`))
    await ivan.context.close()
  }
  expect(records.size).toBe(2)
  await staff.context.close()
})

test('by SAML too, in which what is not signed is not believed', async ({ browser, page }) => {
  const staff = await administrator(browser)
  const company = await newCompany(staff.page, ['saule'])
  await connect(staff.page, company, samlOf(company))
  await enterBy(company, page, 'saule', 'Сәуле')
  const person = await me(page)
  await signOut(page)
  await byAddress(page, `saule@${company.domain}`)
  await page.waitForURL('**/today')
  expect((await me(page))?.id).toBe(person?.id)
  // The company's server stops signing its assertions.
  const [client] = await admin(page, 'GET', `clients?clientId=${encodeURIComponent(company.issuer.replace(company.realm, 'ponimayu'))}`, undefined, company.realm) as { id: string; attributes: object }[]
  await admin(page, 'PUT', `clients/${client?.id ?? ''}`, { ...client, attributes: { ...client?.attributes, 'saml.assertion.signature': 'false', 'saml.server.signature': 'false' } }, company.realm)
  await signOut(page)
  const other = await visitor(browser)
  await byAddress(other.page, `saule@${company.domain}`)
  await signInAtWork(other.page, company, 'saule')
  await other.page.waitForURL(/broker.*endpoint|first-broker|login-actions/)
  await other.page.goto('/urgent')
  expect(await me(other.page)).toBeNull()
  await other.context.close()
  await staff.context.close()
})

test('a second factor is set up and shown by who has no password here', async ({ browser, page }) => {
  const staff = await administrator(browser)
  const company = await newCompany(staff.page, ['dana'])
  await connect(staff.page, company)
  await enterBy(company, page, 'dana', 'Дана')
  const employee = await me(page)
  await signOut(page)
  // As a specialist, which takes two factors: no password is asked, and no dead end is met.
  const { categories } = await ask<{ categories: { id: string }[] }>(staff.page, 'GET', '/api/operator/categories')
  const email = freshEmail('dana')
  await ask(staff.page, 'POST', '/api/specialist-invitations', { email, name: 'Дана', locale: 'ru', category_ids: [categories[0]?.id] })
  await page.goto(await mailed(staff.page, email, invitationIn))
  await page.getByRole('button', { name: 'Продолжить' }).click()
  await page.getByRole('button', { name: /^Я здесь вхожу через компанию/ }).click()
  await atWork(page, `dana@${company.domain}`)
  await signInAtWork(page, company, 'dana')
  await connectApp(page)
  await page.waitForURL('**/work/day')
  const specialist = await me(page)
  expect(specialist?.kind).toBe('specialist')
  expect(specialist?.id).not.toBe(employee?.id)
  await staff.context.close()
})

test('an archived company lets nobody in', async ({ browser, page }) => {
  const staff = await administrator(browser)
  const company = await newCompany(staff.page, ['ivan'])
  await connect(staff.page, company)
  await enterBy(company, page, 'ivan', 'Клён')
  await ask(staff.page, 'PATCH', `/api/operator/companies/${company.id}`, { is_archived: true })
  await isThere(staff.page, company)
  const other = await visitor(browser)
  await byAddress(other.page, `ivan@${company.domain}`)
  await expect(other.page.getByText('С этим адресом входят не через компанию.').first()).toBeVisible()
  // Nor does Keycloak let them in, whoever may have kept the address of its page.
  await expect.poll(async () => ((await admin(other.page, 'GET', `organizations?search=${encodeURIComponent(company.name)}`)) as { enabled: boolean }[])[0]?.enabled).toBe(false)
  await other.context.close()
  await staff.context.close()
})

test('where the company demands its sign-in, ones own way leads there once, and everything stays', async ({ browser, page }) => {
  const staff = await administrator(browser)
  const company = await newCompany(staff.page, ['ivan', 'olga'])
  // Two who came before: one by a passkey, one by a password with the address itself.
  await withoutAutofill(page)
  await givePasskeyDevice(page)
  const enterByMail = async (who: Page, address: string, way: RegExp) => {
    await who.goto('/enter?by=email')
    await who.getByLabel('Почта').fill(address)
    await who.getByRole('button', { name: 'Получить код' }).click()
    await who.getByLabel('Код').fill(await mailed(who, address, codeIn))
    await who.getByRole('button', { name: 'Продолжить' }).click()
    await who.getByLabel('Имя или псевдоним').fill('Прежний')
    await who.getByRole('button', { name: 'Продолжить' }).click()
    await who.getByRole('button', { name: way }).click()
    await who.waitForURL(atKeycloak)
  }
  await enterByMail(page, `ivan@${company.domain}`, /^Ключ входа/)
  await page.locator('#registerWebAuthn').click()
  await page.waitForURL('**/consents?**')
  const ivan = await me(page)
  const olgas = await visitor(browser)
  await enterByMail(olgas.page, `olga@${company.domain}`, /^Почта и пароль/)
  await olgas.page.locator('#password-new').fill('длинная фраза для входа')
  await olgas.page.locator('#password-confirm').fill('длинная фраза для входа')
  await olgas.page.locator('#kc-submit, input[type=submit], button[type=submit]').first().click()
  await olgas.page.waitForURL('**/consents?**')
  const olga = await me(olgas.page)
  await signOut(page)
  await signOut(olgas.page)
  await connect(staff.page, company)
  await demand(staff.page, company, true)

  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Войти', exact: true }).click()
  await page.waitForURL(atKeycloak)
  await page.locator('#authenticateWebAuthnButton').click()
  await expect(page.getByRole('heading', { name: `${company.name} просит входить через компанию` })).toBeVisible()
  await checkAxe(page)
  expect(await me(page)).toBeNull()
  await page.getByRole('button', { name: 'Войти через компанию' }).click()
  await signInAtWork(page, company, 'ivan')
  await page.waitForURL('**/today')
  expect((await me(page))?.id).toBe(ivan?.id)

  // Whose address names an account here is led the same way: nothing tells the company of it.
  await byPassword(olgas.page, `olga@${company.domain}`, 'длинная фраза для входа')
  await expect(olgas.page.getByRole('heading', { name: `${company.name} просит входить через компанию` })).toBeVisible()
  await olgas.page.getByRole('button', { name: 'Войти через компанию' }).click()
  await signInAtWork(olgas.page, company, 'olga')
  await olgas.page.waitForURL('**/today')
  expect((await me(olgas.page))?.id).toBe(olga?.id)
  await olgas.context.close()
  await staff.context.close()
})

test('without a right secret the company is not believed', async ({ browser, page }) => {
  const staff = await administrator(browser)
  const company = await newCompany(staff.page, ['ivan'])
  await connect(staff.page, company, { ...oidcOf(company), client_secret: 'another one' })
  await byAddress(page, `ivan@${company.domain}`)
  await signInAtWork(page, company, 'ivan')
  await expect(page.locator('.pf-v5-c-alert, #kc-error-message, .instruction').first()).toBeVisible()
  await page.goto('/urgent')
  expect(await me(page)).toBeNull()
  await staff.context.close()
})

test('the door of Keycloak says nothing of who is known there', async ({ browser, page }) => {
  const staff = await administrator(browser)
  const company = await newCompany(staff.page, ['ivan'])
  await connect(staff.page, company)
  await enterBy(company, page, 'ivan', 'Клён')
  const known = await accountOf(page, `ivan@${company.domain}`)
  const seen = new Set<string>()
  for (const [address, enabled] of [[`ivan@${company.domain}`, true], [`nobody@${company.domain}`, true], [`ivan@${company.domain}`, false]] as const) {
    await admin(page, 'PUT', `users/${known?.id ?? ''}`, { enabled })
    const guess = await visitor(browser)
    await byPassword(guess.page, address, 'a guess of somebody')
    await expect(refusal(guess.page)).toBeVisible()
    seen.add((await guess.page.locator('main').innerText()).replaceAll(address, ''))
    await guess.context.close()
  }
  expect([...seen]).toHaveLength(1)
  await staff.context.close()
})

test('a company learns of nobody by the addresses that it asserts', async ({ browser, page }) => {
  // Somebody has an account with a password, named by an address of their own.
  const victim = freshEmail('victim')
  await admin(page, 'POST', 'users', {
    username: victim, email: victim, emailVerified: true, enabled: true, credentials: [{ type: 'password', value: 'длинная фраза для входа', temporary: false }],
  })
  const staff = await administrator(browser)
  const nobody = freshEmail('nobody')
  const company = await newCompany(staff.page, [victim, nobody])
  // Whichever protocol, and whatever the company calls the claim.
  for (const wish of [oidcOf(company), { ...oidcOf(company), address_claim: 'preferred_username' }, samlOf(company)]) {
    await connect(staff.page, company, wish)
    const seen: string[] = []
    for (const address of [victim, nobody]) {
      const asked = await visitor(browser)
      await byAddress(asked.page, `any@${company.domain}`)
      await signInAtWork(asked.page, company, address.split('@')[0] ?? '')
      await expect(asked.page.getByText('назвала адрес не своего домена')).toBeVisible()
      seen.push(`${new URL(asked.page.url()).pathname} ${await asked.page.locator('main').innerText()}`)
      await asked.context.close()
    }
    expect(seen[0]).toBe(seen[1])
    const made = await admin(page, 'GET', `users?q=work_address:${victim}`) as { email?: string }[]
    expect(made.map(({ email }) => email ?? null).filter((email) => email !== null)).toEqual([])
  }
  await staff.context.close()
})
