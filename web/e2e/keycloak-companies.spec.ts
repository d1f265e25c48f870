// Companies whose people sign in at the company itself: a second realm of the real Keycloak. Each trap of Keycloak's has a test that falls into it without us.
import type { Browser, Page } from '@playwright/test'
import { administrator, connect, isThere, newCompany, newServer, oidcOf, samlOf, secretOf, signInAtWork, type Company } from './company-realm'
import { codeIn, freshEmail, givePasskeyDevice, invitationIn, mailed, proveAddress, withoutAutofill } from './factors'
import { checkAxe, checkFits, expect, open, test } from './harness'
import { admin, atKeycloak, byPassword, byPasskey, choosePassword, connectApp, refusal, signOut } from './keycloak'
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

/** A company that leads its people in, of whom Ivan has come, in `page`. */
async function withIvan(browser: Browser, page: Page) {
  const staff = await administrator(browser)
  const company = await newCompany(staff.page, ['ivan'])
  await connect(staff.page, company)
  await enterBy(company, page, 'ivan', 'Клён')
  return { staff, company, person: await me(page) }
}

/** The company's sign-in leads to this record. Ivan has signed out here, and so is asked at work too, where he still is signed in. */
async function leadsTo(page: Page, company: Company, person: Me['person']): Promise<void> {
  await byAddress(page, `ivan@${company.domain}`)
  await signInAtWork(page, company, 'ivan')
  await page.waitForURL('**/today')
  expect((await me(page))?.id).toBe(person?.id)
}

test('an administrator connects a company, checks it, and its people enter by their address', async ({ browser, page }) => {
  const staff = await administrator(browser)
  const company = await newCompany(staff.page, ['ivan', 'aigerim'])
  await open(staff.page, `/desk/companies/${company.id}?part=sso`)
  await staff.page.getByRole('textbox', { name: 'Адрес издателя (issuer)' }).fill(`${company.issuer}/nothing`)
  await staff.page.getByRole('textbox', { name: 'Client ID' }).fill('ponimau')
  await staff.page.getByLabel('Client secret').fill(secretOf())
  await staff.page.getByRole('button', { name: 'Подключить' }).click()
  await expect(staff.page.getByText('По этому адресу Keycloak ничего не получил').first()).toBeVisible()
  // Something else answers there.
  await staff.page.getByRole('textbox', { name: 'Адрес издателя (issuer)' }).fill(new URL('/', staff.page.url()).href)
  await staff.page.getByRole('button', { name: 'Подключить' }).click()
  await expect(staff.page.getByText('это не издатель OpenID Connect').first()).toBeVisible()
  // The same server by another name is another issuer.
  await staff.page.getByRole('textbox', { name: 'Адрес издателя (issuer)' }).fill(company.issuer.replace('localhost', '127.0.0.1'))
  await staff.page.getByRole('button', { name: 'Подключить' }).click()
  await expect(staff.page.getByText(`называет другого издателя: ${company.issuer}`).first()).toBeVisible()
  await staff.page.getByRole('textbox', { name: 'Адрес издателя (issuer)' }).fill(company.issuer)
  await staff.page.getByRole('button', { name: 'Подключить' }).click()
  await expect(staff.page.getByText('В Keycloak всё так же, как здесь')).toBeVisible({ timeout: 20_000 })
  await staff.page.getByRole('button', { name: 'Проверить', exact: true }).click()
  // The company's server is on this machine, and what a company publishes is not asked for inside the network: said, and no fault.
  await expect(staff.page.getByText('Настройки сходятся, но не всё можно проверить отсюда')).toBeVisible()
  await expect(staff.page.getByText('Верен ли секрет, отсюда не узнать')).toBeVisible()
  await checkAxe(staff.page)
  await checkFits(staff.page)

  // A newcomer at our own door.
  await open(page, '/enter?by=email')
  await page.getByLabel('Почта').fill(`ivan@${company.domain}`)
  await page.getByRole('button', { name: 'Получить код' }).click()
  // Nobody is sent to the company unasked.
  await expect(page.getByRole('heading', { name: `Дальше — вход через «${company.name}»` })).toBeVisible()
  await expect(page.getByText('К кому вы обращаетесь, когда и о чём, она не узнаёт.')).toBeVisible()
  await checkAxe(page)
  await checkFits(page)
  await page.getByRole('button', { name: 'Войти через компанию' }).click()
  await signInAtWork(page, company, 'ivan')
  await expect(page.getByText(company.name)).toBeVisible()
  await checkAxe(page)
  expect(await me(page), 'nothing is made before one has said what to call them').toBeNull()
  await callMe(page, 'Клён')
  const person = await me(page)
  const account = await ask<{ company: string | null; email: string | null }>(page, 'GET', '/api/me/account')
  expect(account).toMatchObject({ company: company.name, email: null })
  await signOut(page)
  // Whoever sits down next is not let in as Ivan, whose session at work goes on.
  await byAddress(page, `aigerim@${company.domain}`)
  await page.waitForURL(new RegExp(`/realms/${company.realm}/`))
  await expect(page.locator('#password')).toBeVisible()
  await leadsTo(page, company, person)
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
  // Nor does the account stay that Keycloak has made of them on the way.
  await expect.poll(async () => await accountOf(staff.page, stranger)).toBeUndefined()
  await page.goto('/urgent')
  expect(await me(page)).toBeNull()
  await staff.context.close()
})

test('a reload after the company’s page goes on, and no code is left in the address', async ({ browser, page }) => {
  const staff = await administrator(browser)
  const company = await newCompany(staff.page, ['ivan', 'olga'])
  await connect(staff.page, company)
  await byAddress(page, `ivan@${company.domain}`)
  await signInAtWork(page, company, 'ivan')
  await expect(page.getByLabel(words.ru.name)).toBeVisible()
  expect(new URL(page.url())).toMatchObject({ pathname: '/signed-in', search: '' })
  await page.reload()
  await expect(page.getByText(`Консультации оплачивает ${company.name}`, { exact: false })).toBeVisible()
  await callMe(page, 'Клён')
  expect((await me(page))?.kind).toBe('employee')
  // Whoever leaves leaves nothing behind in the tab.
  const other = await visitor(browser)
  await byAddress(other.page, `olga@${company.domain}`)
  await signInAtWork(other.page, company, 'olga')
  await other.page.getByRole('button', { name: 'Не сейчас' }).click()
  await other.page.waitForURL((url) => url.pathname === '/')
  await other.page.goto('/signed-in')
  await expect(other.page.getByRole('heading', { level: 1, name: 'Войти не получилось' })).toBeVisible()
  await other.context.close()
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
  const company = await newCompany(staff.page, ['saule', 'zina'])
  await connect(staff.page, company, samlOf(company))
  await enterBy(company, page, 'saule', 'Сәуле')
  const person = await me(page)
  await signOut(page)
  await byAddress(page, `saule@${company.domain}`)
  // Here too whoever has signed out is asked anew.
  await signInAtWork(page, company, 'saule')
  await page.waitForURL('**/today')
  expect((await me(page))?.id).toBe(person?.id)
  // A newcomer who breaks off comes again, and again: what the company calls their address is there each time.
  for (const _ of [1, 2, 3]) {
    const newcomer = await visitor(browser)
    await byAddress(newcomer.page, `zina@${company.domain}`)
    await signInAtWork(newcomer.page, company, 'zina')
    await expect(newcomer.page.getByRole('heading', { name: 'Как к вам обращаться?' })).toBeVisible()
    await newcomer.context.close()
  }
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
  const { staff, company } = await withIvan(browser, page)
  await ask(staff.page, 'PATCH', `/api/operator/companies/${company.id}`, { is_archived: true })
  await isThere(staff.page, company)
  const other = await visitor(browser)
  await byAddress(other.page, `ivan@${company.domain}`)
  await expect(other.page.getByText('Вход через эту компанию выключен.').first()).toBeVisible()
  // Nor does Keycloak let them in, whoever may have kept the address of its page.
  await expect.poll(async () => ((await admin(other.page, 'GET', `organizations?search=${encodeURIComponent(company.name)}`)) as { enabled: boolean }[])[0]?.enabled).toBe(false)
  await other.context.close()
  await staff.context.close()
})

test('where the company demands its sign-in, ones own way leads there once, and everything stays', async ({ browser, page }) => {
  const staff = await administrator(browser)
  const company = await newCompany(staff.page, ['ivan', 'olga', 'kate'])
  // Two who came before: one by a passkey, one by a password with the address itself.
  await withoutAutofill(page)
  await givePasskeyDevice(page)
  const enterByMail = async (who: Page, address: string, way: RegExp) => {
    await who.goto('/enter?by=email')
    await proveAddress(who, address)
    await who.getByLabel('Имя или псевдоним').fill('Прежний')
    await who.getByRole('button', { name: 'Продолжить' }).click()
    await who.getByRole('button', { name: way }).click()
    if (way.test('Почта и пароль')) await who.getByRole('button', { name: 'Всё равно входить по ней' }).click()
    await who.waitForURL(atKeycloak)
  }
  await enterByMail(page, `ivan@${company.domain}`, /^Ключ входа/)
  await page.locator('#registerWebAuthn').click()
  await page.waitForURL('**/consents?**')
  const ivan = await me(page)
  const olgas = await visitor(browser)
  await enterByMail(olgas.page, `olga@${company.domain}`, /^Почта и пароль/)
  await choosePassword(olgas.page, 'длинная фраза для входа')
  await olgas.page.waitForURL('**/consents?**')
  const olga = await me(olgas.page)
  await signOut(page)
  await signOut(olgas.page)
  await connect(staff.page, company)
  // It takes people's own ways in from them: it is asked about first.
  await open(staff.page, `/desk/companies/${company.id}?part=sso`)
  const only = staff.page.getByRole('switch', { name: `@${company.domain}` })
  await only.press('Space')
  const question = staff.page.getByRole('alertdialog')
  await expect(question).toBeVisible()
  await checkAxe(staff.page)
  await question.getByRole('button', { name: 'Не сейчас' }).click()
  await expect(only).not.toBeChecked()
  await only.press('Space')
  await question.getByRole('button', { name: 'Только через компанию' }).click()
  await expect(only).toBeChecked()

  await byPasskey(page)
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
  // Somebody else at that page gets nothing of hers.
  await signInAtWork(olgas.page, company, 'kate')
  await expect(olgas.page.getByText('Компания назвала другой адрес, не тот, с которым вы пришли сюда.', { exact: false })).toBeVisible()
  await checkAxe(olgas.page)
  expect(await me(olgas.page)).toBeNull()
  await olgas.context.clearCookies()
  await byPassword(olgas.page, `olga@${company.domain}`, 'длинная фраза для входа')
  await olgas.page.getByRole('button', { name: 'Войти через компанию' }).click()
  await signInAtWork(olgas.page, company, 'olga')
  await olgas.page.waitForURL('**/today')
  expect((await me(olgas.page))?.id).toBe(olga?.id)
  // By the password again: the page has been read once, now it goes through; what is shown at the company is asked for each time.
  await signOut(olgas.page)
  await byPassword(olgas.page, `olga@${company.domain}`, 'длинная фраза для входа')
  await signInAtWork(olgas.page, company, 'olga')
  await olgas.page.waitForURL('**/today')
  expect((await me(olgas.page))?.id).toBe(olga?.id)
  // And the passkey of the time before leads on to the company as well.
  await signOut(page)
  await byPasskey(page)
  await signInAtWork(page, company, 'ivan')
  await page.waitForURL('**/today')
  expect((await me(page))?.id).toBe(ivan?.id)
  await olgas.context.close()
  await staff.context.close()
})

test('without a right secret the company is not believed; its person reads why, and the operator sees when', async ({ browser, page }) => {
  const staff = await administrator(browser)
  const company = await newCompany(staff.page, ['ivan'])
  await connect(staff.page, company, { ...oidcOf(company), client_secret: 'another one' })
  await byAddress(page, `ivan@${company.domain}`)
  await signInAtWork(page, company, 'ivan')
  await expect(page.getByText('он настроен с ошибкой, или её сервер не отвечает')).toBeVisible()
  await page.getByRole('link', { name: 'Вернуться на сайт' }).first().click()
  await expect(page.getByText(`Вход через «${company.name}» сейчас не работает`)).toBeVisible()
  await checkAxe(page)
  await checkFits(page)
  expect(await me(page)).toBeNull()
  await open(staff.page, `/desk/companies/${company.id}?part=sso`)
  await expect(staff.page.getByText(/^Последний раз кто-то не смог войти/)).toBeVisible()
  await checkAxe(staff.page)
  await checkFits(staff.page)
  // Put right, it is forgotten.
  await connect(staff.page, company)
  await open(staff.page, `/desk/companies/${company.id}?part=sso`)
  await expect(staff.page.getByRole('button', { name: 'Проверить', exact: true })).toBeVisible()
  await expect(staff.page.getByText(/^Последний раз кто-то не смог войти/)).toBeHidden()
  await byAddress(page, `ivan@${company.domain}`)
  await page.getByLabel('Имя или псевдоним').waitFor()
  await staff.context.close()
})

test('an address that the company does not vouch for is refused in words, and no letter is waited for', async ({ browser, page }) => {
  const staff = await administrator(browser)
  const company = await newCompany(staff.page, ['olga'])
  await connect(staff.page, company)
  const [olga] = await admin(staff.page, 'GET', 'users?username=olga', undefined, company.realm) as { id: string }[]
  await admin(staff.page, 'PUT', `users/${olga?.id ?? ''}`, { emailVerified: false }, company.realm)
  await byAddress(page, `olga@${company.domain}`)
  await signInAtWork(page, company, 'olga')
  await expect(page.getByText('назвала вашу почту, но не подтвердила')).toBeVisible()
  expect(await me(page)).toBeNull()
  // Mended at the company, it is mended here: the next sign-in says so.
  await admin(staff.page, 'PUT', `users/${olga?.id ?? ''}`, { emailVerified: true }, company.realm)
  const again = await visitor(browser)
  await byAddress(again.page, `olga@${company.domain}`)
  await signInAtWork(again.page, company, 'olga')
  await expect(again.page.getByLabel('Имя или псевдоним')).toBeVisible()
  await again.context.close()
  await staff.context.close()
})

test('when the company switches its sign-in off, its people read so and keep their record', async ({ browser, page }) => {
  const { staff, company, person } = await withIvan(browser, page)
  await signOut(page)
  await connect(staff.page, company, { ...oidcOf(company), is_on: false })
  await withoutAutofill(page)
  await givePasskeyDevice(page)

  await byAddress(page, `ivan@${company.domain}`)
  await expect(page.getByText('Вход через эту компанию выключен.').first()).toBeVisible()
  await page.getByRole('button', { name: 'Вход через компанию отключили, а профиль нужен?' }).click()
  await expect(page.getByRole('heading', { name: 'Входили через компанию?' })).toBeVisible()
  await checkAxe(page)
  await checkFits(page)
  // Who has none is offered none.
  await page.getByRole('button', { name: 'Подтвердить почту' }).click()
  await proveAddress(page, `nobody@${company.domain}`)
  await expect(page.getByRole('heading', { name: 'Профиль с этой почтой не найден' })).toBeVisible()
  await checkAxe(page)
  await page.getByRole('button', { name: 'Другая почта' }).click()
  await proveAddress(page, `ivan@${company.domain}`)
  await page.getByRole('button', { name: /^Ключ входа/ }).click()
  await page.waitForURL(atKeycloak)
  await page.locator('#registerWebAuthn').click()
  await page.waitForURL('**/today')
  expect((await me(page))?.id).toBe(person?.id)

  // On again, it leads to the same record, and so does the passkey.
  await connect(staff.page, company)
  await signOut(page)
  await leadsTo(page, company, person)
  await signOut(page)
  await byPasskey(page)
  await page.waitForURL('**/today')
  expect((await me(page))?.id).toBe(person?.id)
  await staff.context.close()
})

test('removed and connected again, the same server leads everybody to their record', async ({ browser, page }) => {
  const { staff, company, person } = await withIvan(browser, page)
  await signOut(page)
  await ask(staff.page, 'DELETE', `/api/operator/companies/${company.id}/sso`)
  await isThere(staff.page, company)
  await byAddress(page, `ivan@${company.domain}`)
  await expect(page.getByText('С этим адресом входят не через компанию').first()).toBeVisible()
  await connect(staff.page, company)
  await leadsTo(page, company, person)
  await staff.context.close()
})

test('another server of the company leads nobody to whom the first one called so, and everybody to their own after a letter', async ({ browser, page }) => {
  const { staff, company, person } = await withIvan(browser, page)
  await signOut(page)
  // The new one calls somebody else what the first one called Ivan.
  const [was] = await admin(page, 'GET', 'users?username=ivan', undefined, company.realm) as { id: string }[]
  await admin(page, 'DELETE', `users/${was?.id ?? ''}`, undefined, company.realm)
  const moved = await newServer(staff.page, company, `${company.realm}-2`, [{ email: 'eve', id: was?.id ?? '' }, { email: 'ivan' }])
  await connect(staff.page, moved)
  const other = await visitor(browser)
  await byAddress(other.page, `eve@${company.domain}`)
  await signInAtWork(other.page, moved, 'eve')
  // Everybody is asked, before any name could begin anew what is there.
  await other.page.getByRole('heading', { name: 'Вы здесь уже были?' }).waitFor()
  await checkAxe(other.page)
  await checkFits(other.page)
  await other.page.getByRole('button', { name: /^Нет, я здесь впервые/ }).click()
  await callMe(other.page, 'Ольха')
  expect((await me(other.page))?.id).not.toBe(person?.id)
  await other.context.close()

  await byAddress(page, `ivan@${company.domain}`)
  await signInAtWork(page, moved, 'ivan')
  await page.getByRole('button', { name: /^Да, вернуться к своему профилю/ }).click()
  await page.getByLabel('Почта').fill(`ivan@${company.domain}`)
  await page.getByRole('button', { name: 'Получить код' }).click()
  await page.getByRole('heading', { name: 'Подтвердите рабочую почту' }).waitFor()
  await expect(page.getByRole('button', { name: 'Войти через компанию' }), 'it would lead to the same question').toHaveCount(0)
  await page.getByRole('button', { name: 'Получить код на почту' }).click()
  await page.getByLabel('Код').fill(await mailed(page, `ivan@${company.domain}`, codeIn))
  await page.getByRole('button', { name: 'Продолжить' }).click()
  await page.getByRole('button', { name: /^Входить через компанию/ }).click()
  await expect(page.getByLabel('Рабочая почта')).toHaveValue(`ivan@${company.domain}`)
  await checkAxe(page)
  await atWork(page, `ivan@${company.domain}`)
  await page.waitForURL(/\/today|\/realms\/company-/)
  if (!page.url().includes('/today')) await signInAtWork(page, moved, 'ivan')
  await page.waitForURL('**/today')
  expect((await me(page))?.id).toBe(person?.id)
  // From then on without a letter.
  await signOut(page)
  await leadsTo(page, moved, person)
  await staff.context.close()
})

test('of two touches of its button one connects a company, and makes one token for its directory', async ({ browser }) => {
  const staff = await administrator(browser)
  const company = await newCompany(staff.page, [])
  const sent: string[] = []
  staff.page.on('request', (request) => { if (request.method() !== 'GET' && /\/(sso|tokens)$/.test(request.url())) sent.push(request.method()) })
  await open(staff.page, `/desk/companies/${company.id}?part=sso`)
  await staff.page.getByRole('textbox', { name: 'Адрес издателя (issuer)' }).fill(company.issuer)
  await staff.page.getByRole('textbox', { name: 'Client ID' }).fill('ponimau')
  await staff.page.getByLabel('Client secret').fill(secretOf())
  await staff.page.getByRole('button', { name: 'Подключить' }).dblclick()
  await expect(staff.page.getByRole('button', { name: 'Проверить', exact: true })).toBeVisible()
  expect(sent).toEqual(['PUT'])
  await open(staff.page, `/desk/companies/${company.id}?part=scim`)
  await staff.page.getByRole('button', { name: 'Выпустить токен' }).click()
  await staff.page.getByRole('dialog').getByRole('button', { name: 'Выпустить' }).dblclick()
  await expect(staff.page.getByRole('alertdialog')).toBeVisible()
  await expect(staff.page.getByRole('dialog')).toHaveCount(0)
  const { tokens } = await ask<{ tokens: unknown[] }>(staff.page, 'GET', `/api/operator/companies/${company.id}/scim`)
  expect(tokens).toHaveLength(1)
  expect(sent).toEqual(['PUT', 'POST'])
  await staff.context.close()
})

/** Puts somebody on the company's roster, or takes them off. */
async function lists(staff: Page, company: Company, mode: 'add' | 'remove', address: string): Promise<void> {
  const answer = await staff.evaluate(async ([path, csv]) => {
    const body = new FormData()
    body.append('file', new File([csv ?? ''], 'r.csv', { type: 'text/csv' }))
    const response = await fetch(path ?? '', { method: 'POST', body, headers: { 'X-Ponimau-CSRF': '1', 'Idempotency-Key': crypto.randomUUID() } })
    return `${String(response.status)} ${await response.text()}`
  }, [`/api/operator/companies/${company.id}/roster?mode=${mode}`, `email\n${address}`])
  expect(answer).toMatch(/^200/)
}

test('whoever leaves comes back by an address of their own, and neither by the mailbox nor by the company', async ({ browser, page }) => {
  const staff = await administrator(browser)
  const company = await newCompany(staff.page, ['ivan'])
  const address = `ivan@${company.domain}`
  await connect(staff.page, company)
  await lists(staff.page, company, 'add', address)
  await enterBy(company, page, 'ivan', 'Клён')
  const person = await me(page)
  const id = (await accountOf(page, address))?.id ?? ''
  // An address of one's own, beside the record.
  const home = freshEmail('ivan')
  const { challenge_id } = await ask<{ challenge_id: string }>(page, 'POST', '/api/me/email', { email: home })
  await ask(page, 'POST', '/api/me/email/answer', { challenge_id, code: await mailed(page, home, codeIn) })
  await lists(staff.page, company, 'remove', address)
  const ties = async () => (await admin(staff.page, 'GET', `users/${id}/federated-identity`) as unknown[]).length
  await expect.poll(ties).toBe(0)

  // The company's word, in a browser of whoever has its accounts now.
  const other = await visitor(browser)
  await byAddress(other.page, address)
  await signInAtWork(other.page, company, 'ivan')
  await expect(other.page.getByText('вы больше не входите через неё')).toBeVisible()
  await expect(other.page.getByRole('link', { name: 'Войти впервые' })).toBeHidden()
  await checkAxe(other.page)
  await checkFits(other.page)
  expect(await me(other.page)).toBeNull()
  await other.context.close()

  const own = await visitor(browser)
  await withoutAutofill(own.page)
  await givePasskeyDevice(own.page)
  await own.page.goto('/sign-in?at=lost')
  await own.page.getByRole('button', { name: 'Подтвердить почту' }).click()
  await proveAddress(own.page, home)
  await own.page.getByRole('button', { name: /^Ключ входа/ }).click()
  await own.page.waitForURL(atKeycloak)
  await own.page.locator('#registerWebAuthn').click()
  await own.page.waitForURL('**/today')
  expect((await me(own.page))?.id).toBe(person?.id)
  await own.context.close()

  // A mistake of the company's: its way is given back.
  await lists(staff.page, company, 'add', address)
  await expect.poll(ties).toBe(1)
  const back = await visitor(browser)
  await byAddress(back.page, address)
  await signInAtWork(back.page, company, 'ivan')
  await back.page.waitForURL('**/today')
  expect((await me(back.page))?.id).toBe(person?.id)
  await back.context.close()
  await staff.context.close()
})

test('the door of Keycloak says nothing of who is known there', async ({ browser, page }) => {
  const { staff, company } = await withIvan(browser, page)
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
