// The door for the staff and specialists: invited by mail, a second factor set up, and back again by it.
import type { Browser, Page } from '@playwright/test'
import { codeIn, freshEmail, givePasskeyDevice, invitationIn, mailed, totp, withoutAutofill } from './factors'
import { expect, test } from './harness'
import { ask, enterAs, visitor } from './people'

test.setTimeout(240_000)

interface Guest {
  email: string
  /** Address of the link in the mail. */
  link: string
}

/** The demo's administrator invites somebody by mail. */
async function invite(browser: Browser, to: 'staff' | 'specialist'): Promise<Guest> {
  const { page, context } = await visitor(browser)
  await enterAs(page, (person) => person.capabilities.includes('admin'))
  const email = freshEmail(to)
  const body = { email, name: 'Дана Гость', locale: 'ru' }
  if (to === 'staff') await ask(page, 'POST', '/api/staff-invitations', { ...body, capabilities: ['support'] })
  else {
    const { categories } = await ask<{ categories: { id: string }[] }>(page, 'GET', '/api/operator/categories')
    await ask(page, 'POST', '/api/specialist-invitations', { ...body, category_ids: [categories[0]?.id] })
  }
  const link = await mailed(page, email, invitationIn)
  await context.close()
  return { email, link }
}

async function accept(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await expect(page.getByLabel('Имя')).toHaveValue('Дана Гость')
  await page.getByRole('button', { name: 'Принять приглашение' }).click()
}

/** The ten codes on the screen. */
async function recoveryCodes(page: Page): Promise<string[]> {
  await expect(page.getByRole('heading', { name: 'Сохраните резервные коды' })).toBeVisible()
  const codes = await page.getByRole('list', { name: 'Резервные коды' }).getByRole('listitem').allInnerTexts()
  expect(new Set(codes).size).toBe(10)
  return codes
}

/** By a code to one's address. */
async function askedByMail(page: Page, email: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('Почта').fill(email)
  await page.getByRole('button', { name: 'Получить код' }).click()
  await page.getByLabel('Код').fill(await mailed(page, email, codeIn))
  await page.getByRole('button', { name: 'Продолжить' }).click()
}

/** The same, as far as the second factor. */
async function signInByMail(page: Page, email: string): Promise<void> {
  await askedByMail(page, email)
  await expect(page.getByRole('heading', { name: 'Подтвердите вход' })).toBeVisible()
}

test('staff: from the mailed link to the desk with a passkey, out, and back in by it', async ({ browser, page }) => {
  const { link } = await invite(browser, 'staff')
  await withoutAutofill(page)
  await givePasskeyDevice(page)
  await page.goto(link)
  // A name is needed, and the language is everywhere at once.
  await page.getByLabel('Имя').fill(' ')
  await page.getByRole('button', { name: 'Принять приглашение' }).click()
  await expect(page.getByRole('alert')).toContainText('Напишите имя.')
  await page.getByRole('main').getByLabel('Язык').selectOption('en')
  await expect(page.getByRole('heading', { name: 'An invitation to the team' })).toBeVisible()
  await page.getByRole('main').getByLabel('Language').selectOption('ru')
  await page.getByLabel('Имя').fill('Дана Гость')
  await page.getByRole('button', { name: 'Принять приглашение' }).click()

  await expect(page.getByRole('heading', { name: 'Настройте второй фактор' })).toBeVisible()
  await page.getByRole('button', { name: /^Ключ входа/ }).click()
  await recoveryCodes(page)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Скачать файл' }).click()
  expect((await download).suggestedFilename()).toBe('recovery-codes.txt')
  await page.getByRole('button', { name: 'Коды сохранены' }).click()
  await expect(page).toHaveURL(/\/desk\//)

  // Nobody else gets in by the same link.
  const stranger = await visitor(browser)
  await stranger.page.goto(link)
  await expect(stranger.page.getByRole('heading', { name: 'Эта ссылка не действует' })).toBeVisible()
  await expect(stranger.page.getByRole('main').getByRole('link', { name: 'Войти' })).toBeVisible()
  await stranger.context.close()

  await page.goto('/desk/account')
  await page.getByRole('button', { name: 'Выйти' }).click()
  await expect(page).toHaveURL(/\/$/)
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Войти с ключом входа' }).click()
  await expect(page).toHaveURL(/\/desk\//)
  // The only second factor cannot be given up.
  await page.goto('/desk/account/security')
  await expect(page.getByText('вам нужен второй фактор')).toBeVisible()
  await expect(page.getByRole('button', { name: /Удалить ключ/ })).toHaveCount(0)
})

test.describe(() => {
  test.use({ allowedErrors: /Failed to load resource.*422/ })

  test('staff: an authenticator app, then its code, then a recovery code, each good once', async ({ browser, page }) => {
    const { email, link } = await invite(browser, 'staff')
    await accept(page, link)
    await page.getByRole('button', { name: /^Приложение с кодами/ }).click()
    const secret = await page.getByLabel('Или введите ключ в приложении вручную').inputValue()
    await page.getByLabel('Код, который показало приложение').fill('000000')
    await page.getByRole('button', { name: 'Подключить' }).click()
    await expect(page.getByRole('alert')).toContainText('Код не подошёл')
    await page.getByLabel('Код, который показало приложение').fill(totp(secret))
    await page.getByRole('button', { name: 'Подключить' }).click()
    const [recovery = ''] = await recoveryCodes(page)
    await page.getByRole('button', { name: 'Коды сохранены' }).click()
    await expect(page).toHaveURL(/\/desk\//)

    const again = await visitor(browser)
    await signInByMail(again.page, email)
    // Nothing of the desk opens before the second step.
    await again.page.goto('/desk/account')
    await expect(again.page.getByRole('heading', { name: 'Подтвердите вход' })).toBeVisible()
    await again.page.getByLabel('Код из приложения').fill(totp(secret, 1))
    await again.page.getByRole('button', { name: 'Подтвердить' }).click()
    await expect(again.page).toHaveURL(/\/desk\/account/)
    await again.context.close()

    const lost = await visitor(browser)
    await signInByMail(lost.page, email)
    await lost.page.getByRole('button', { name: 'Резервный код' }).click()
    await lost.page.getByLabel('Резервный код').fill(recovery)
    await lost.page.getByRole('button', { name: 'Подтвердить' }).click()
    await expect(lost.page).toHaveURL(/\/desk\//)
    await lost.page.goto('/desk/account/security')
    await expect(lost.page.getByText('Осталось 9 кодов')).toBeVisible()
    await lost.context.close()
  })
})

test('a specialist: from the mailed link, past the offered passkey, to the day', async ({ browser, page }) => {
  const { link } = await invite(browser, 'specialist')
  await accept(page, link)
  await expect(page.getByRole('heading', { name: 'Входите без кода из почты' })).toBeVisible()
  await page.getByRole('button', { name: 'Не сейчас' }).click()
  await expect(page).toHaveURL(/\/work\/day/)
})

test.describe('reset from afar', () => {
  // The browser in which the specialist still is learns of it.
  test.use({ allowedErrors: /Failed to load resource.*401/ })

  test('a specialist: with an app connected a mailed code alone opens nothing, until the administrator resets it', async ({ browser, page }) => {
    const { email, link } = await invite(browser, 'specialist')
    await accept(page, link)
    await page.getByRole('button', { name: 'Не сейчас' }).click()
    await expect(page).toHaveURL(/\/work\/day/)
    await page.goto('/work/account/security')
    await page.getByRole('button', { name: 'Подключить приложение' }).click()
    const secret = await page.getByLabel('Или введите ключ в приложении вручную').inputValue()
    await page.getByLabel('Код, который показало приложение').fill(totp(secret))
    await page.getByRole('button', { name: 'Подключить', exact: true }).click()
    await page.getByRole('button', { name: 'Коды сохранены' }).click()
    await expect(page.getByText('Подключено')).toBeVisible()
    const { person } = await ask<{ person: { id: string } }>(page, 'GET', '/api/me')

    const again = await visitor(browser)
    await signInByMail(again.page, email)
    await expect(again.page.getByText('одного письма для входа мало')).toBeVisible()
    await expect(again.page.getByRole('button', { name: 'Код на почту' })).toHaveCount(0)
    await again.page.getByLabel('Код из приложения').fill(totp(secret, 1))
    await again.page.getByRole('button', { name: 'Подтвердить' }).click()
    await expect(again.page).toHaveURL(/\/work\/day/)
    await again.context.close()

    const desk = await visitor(browser)
    await enterAs(desk.page, ({ capabilities }) => capabilities.includes('admin'))
    await desk.page.goto(`/desk/specialists/${person.id}`)
    await desk.page.getByRole('button', { name: 'Сбросить способы входа' }).click()
    await desk.page.getByRole('alertdialog').getByRole('button', { name: 'Сбросить способы входа' }).click()
    await expect(desk.page.getByText('Способы входа сброшены')).toBeVisible()
    await desk.context.close()

    const lost = await visitor(browser)
    await askedByMail(lost.page, email)
    await expect(lost.page).toHaveURL(/\/work\/day/)
    await lost.context.close()
  })
})

test('a link that was cut off says so and shows the way on', async ({ page }) => {
  await page.goto('/invitation')
  await expect(page.getByRole('heading', { name: 'Эта ссылка не действует' })).toBeVisible()
})
