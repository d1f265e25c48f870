// Everybody's own account: a way back for who gave no address, the address and reminders, devices, and a command that asks for proof first.
import type { Page } from '@playwright/test'
import { codeIn, freshEmail, givePasskeyDevice, mailed } from './factors'
import { expect, switchLang, test } from './harness'
import { ask, enterAs, visitor } from './people'

test.setTimeout(240_000)

const CODE = 'DEMO-SEVER-2026'

/** A newcomer by a company code, as far as the offer of a passkey. */
async function enterByCode(page: Page, name: string): Promise<void> {
  await page.goto('/enter?by=code')
  await page.getByLabel('Код').fill(CODE)
  await page.getByRole('button', { name: 'Продолжить' }).click()
  await page.getByLabel('Имя или псевдоним').fill(name)
  await page.getByRole('button', { name: 'Войти' }).click()
  await expect(page.getByRole('heading', { name: 'Как вы сюда вернётесь?' })).toBeVisible()
}

test('a newcomer by company code keeps a passkey, signs out, and is back by it from the list under the address', async ({ page }) => {
  await givePasskeyDevice(page)
  await enterByCode(page, 'Тихий берег')
  await page.getByRole('button', { name: 'Добавить ключ входа' }).click()
  await expect(page).toHaveURL(/\/consents/)
  await page.goto('/me')
  await expect(page.getByLabel('Имя или псевдоним')).toHaveValue('Тихий берег')
  await page.getByRole('button', { name: 'Выйти' }).click()
  await expect(page).toHaveURL(/\/$/)
  // Nothing of the person opens any more: it leads to the door, where the test device chooses at once in the browser's own list.
  const door = page.waitForRequest(/\/api\/auth\/passkey/)
  await page.goto('/me')
  await door
  await expect(page.getByLabel('Имя или псевдоним')).toHaveValue('Тихий берег')
})

test('the language chosen once holds after a reload, and on a device where nothing was chosen', async ({ page, browser }) => {
  await enterByCode(page, 'Тихая гора')
  await page.goto('/me')
  await page.getByLabel('Язык').selectOption('Қазақша')
  await page.getByRole('button', { name: 'Сохранить' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Мен туралы' })).toBeVisible()
  for (const address of ['/today', '/me', '/today']) {
    await page.goto(address)
    await expect(page.locator('html')).toHaveAttribute('lang', 'kk')
    // Names that come from the server too.
    if (address === '/today') await expect(page.getByRole('main')).toContainText('Заңгер')
  }

  const other = await visitor(browser)
  await other.context.addCookies(await page.context().cookies())
  await other.page.goto('/today')
  await expect(other.page.getByRole('heading', { level: 1, name: 'Бүгін' })).toBeVisible()
  await expect(other.page.getByRole('main')).toContainText('Заңгер')
  await other.context.close()
})

test.describe('proof first', () => {
  test.use({ allowedErrors: /Failed to load resource.*(403|409|422)/ })

  test('an address is added after showing the passkey, reminders follow, and the last way in cannot be given up', async ({ page }) => {
    await givePasskeyDevice(page)
    await enterByCode(page, 'Тихий сад')
    await page.getByRole('button', { name: 'Добавить ключ входа' }).click()
    await expect(page).toHaveURL(/\/consents/)
    await page.goto('/me/security')
    await expect(page.getByText('Удалить нельзя: это последний способ войти')).toBeVisible()
    // Nothing is offered that could not help: a recovery code stands in for a second step, which is not asked of who has no address.
    await expect(page.getByText('Почты здесь нет', { exact: false })).toBeVisible()
    await expect(page.getByRole('heading', { name: /Резервные коды|Приложение с кодами/ })).toHaveCount(0)
    await page.getByRole('button', { name: /Переименовать ключ/ }).click()
    await page.getByLabel('Название').fill('Рабочий ноутбук')
    await page.getByRole('dialog').getByRole('button', { name: 'Сохранить' }).click()
    await expect(page.getByText('Рабочий ноутбук')).toBeVisible()

    // The proof is fresh after a sign-in, so the refusal of an old one is played; the question, the proof and the repeat are real.
    const tries: string[] = []
    await page.route('**/api/me/email', async (route) => {
      tries.push(route.request().postData() ?? '')
      if (tries.length > 1) return route.fallback()
      return route.fulfill({ status: 403, contentType: 'application/problem+json', json: { status: 403, code: 'recent_proof_required', title: 'Подтвердите, что это вы.' } })
    })
    const email = freshEmail('garden')
    await page.goto('/me')
    await page.getByRole('button', { name: 'Добавить почту' }).click()
    await page.getByRole('dialog').getByLabel('Почта').fill(email)
    await page.getByRole('button', { name: 'Прислать код' }).click()
    const question = page.getByRole('dialog', { name: 'Подтвердите, что это вы' })
    await question.getByRole('button', { name: 'Показать ключ входа' }).click()
    await expect(question).toBeHidden()
    await expect(page.getByText(`Отправили код на ${email}`)).toBeVisible()
    expect(tries).toHaveLength(2)
    expect(tries[0]).toBe(tries[1])
    await page.getByLabel('Код из письма').fill('000000')
    await page.getByRole('button', { name: 'Подтвердить' }).click()
    await expect(page.getByRole('dialog').getByRole('alert')).toContainText('Код не подошёл')
    await page.getByLabel('Код из письма').fill(await mailed(page, email, codeIn))
    await page.getByRole('button', { name: 'Подтвердить' }).click()
    await expect(page.getByText(email, { exact: true })).toBeVisible()

    await page.getByText('За сутки', { exact: true }).click()
    await page.getByText('Тихие часы', { exact: true }).click()
    await page.getByRole('main').getByRole('button', { name: 'Сохранить' }).last().click()
    await expect(page.getByText('Сохранено.')).toBeVisible()
    expect(await ask(page, 'GET', '/api/me/notifications')).toMatchObject({ email: true, reminders_min: [60, 10], quiet_from: '22:00', quiet_to: '08:00' })
  })
})

test.describe('signed out from afar', () => {
  test.use({ allowedErrors: /Failed to load resource.*401/ })

  test('a form whose session has gone leads to the sign-in page and back', async ({ page, context }) => {
    await enterByCode(page, 'Тихая роща')
    await page.goto('/me')
    await page.getByLabel('Имя или псевдоним').fill('Тихая поляна')
    await context.clearCookies()
    await page.getByRole('main').getByRole('button', { name: 'Сохранить' }).first().click()
    await expect(page.getByRole('alert').getByRole('link', { name: 'Войти снова' })).toHaveAttribute('href', '/sign-in?next=%2Fme')
  })

  test('another device is signed out, and its screen gives way to the sign-in page by itself', async ({ browser, page }) => {
    const other = await visitor(browser)
    const person = await enterAs(page, ({ kind }) => kind === 'specialist')
    await ask(page, 'POST', '/api/me/sessions/end-others')
    await enterAs(other.page, ({ id }) => id === person.id)
    await other.page.goto('/work/account/security')
    await page.goto('/work/account/security')
    const devices = page.getByRole('list', { name: 'Где вы вошли' })
    await expect(devices.getByText('Это устройство')).toHaveCount(1)
    // While the question closes, the device it spoke of is gone from the list; it does not speak of another.
    await page.evaluate(() => {
      const said: string[] = []
      ;(globalThis as unknown as { said: string[] }).said = said
      new MutationObserver(() => { said.push(document.querySelector('[role=alertdialog]')?.textContent ?? '') }).observe(document.body, { subtree: true, childList: true, characterData: true })
    })
    await devices.getByRole('button', { name: /^Завершить/ }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Завершить', exact: true }).click()
    await expect(devices.getByRole('listitem')).toHaveCount(1)
    await expect(page.getByRole('alertdialog', { name: 'Завершить вход?' })).toBeHidden()
    expect(await page.evaluate(() => (globalThis as unknown as { said: string[] }).said)).not.toContainEqual(expect.stringContaining('Неизвестное устройство'))
    await expect(other.page).toHaveURL(/\/sign-in\?next=%2Fwork%2Faccount%2Fsecurity&from=ended$/, { timeout: 20_000 })
    await other.context.close()
  })

  test('what another tab of the browser shows is gone as soon as one signs out', async ({ page }) => {
    await enterAs(page, ({ kind }) => kind === 'employee')
    await page.goto('/me')
    const tab = await page.context().newPage()
    await tab.goto('/sessions')
    await expect(tab.getByRole('heading', { level: 1 })).toBeVisible()
    // The answer is slow: the tab that signs out knows what follows, and is not told like the others.
    let answer: () => void = () => undefined
    const held = new Promise<void>((resolve) => { answer = resolve })
    await page.route('**/api/auth/sign-out', async (route) => {
      const response = await route.fetch()
      await held
      await route.fulfill({ response })
    })
    await page.getByRole('button', { name: 'Выйти', exact: true }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Выйти', exact: true }).click()
    // The stream looks by itself each minute; this must not wait for that.
    await expect(tab).toHaveURL(/\/sign-in\?next=%2Fsessions&from=ended$/, { timeout: 10_000 })
    await expect(page).toHaveURL(/\/me$/)
    answer()
    await expect(page).toHaveURL(/\/$/)
    await tab.close()
  })

  test('whoever signs in by another tab is who this one is of', async ({ page }) => {
    await enterAs(page, ({ kind }) => kind === 'specialist')
    await page.goto('/work/account')
    await expect(page.getByRole('heading', { level: 1, name: 'Учётная запись' })).toBeVisible()
    const tab = await page.context().newPage()
    await tab.goto('/sign-in')
    await tab.getByRole('list', { name: 'Сотрудники компаний' }).getByRole('button').first().click()
    await tab.waitForURL('**/today')
    await expect(page).toHaveURL(/\/today$/)
    // The same person once more changes nothing.
    const before = await page.evaluate(() => performance.timeOrigin)
    await tab.goto('/sign-in')
    await tab.getByRole('list', { name: 'Сотрудники компаний' }).getByRole('button').first().click()
    await tab.waitForURL('**/today')
    expect(await page.evaluate(() => performance.timeOrigin)).toBe(before)
    await tab.close()
  })

  for (const [kind, path] of [['employee', '/me'], ['specialist', '/work/account'], ['staff', '/desk/live'], ['staff', '/desk/settings/staff']] as const) {
    test(`a screen whose session is ended elsewhere gives way without a fault, and one is back at it (${path})`, async ({ browser, page }) => {
      const person = await enterAs(page, (one) => one.kind === kind && (kind !== 'staff' || one.capabilities.includes('admin')))
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      const other = await visitor(browser)
      await enterAs(other.page, ({ id }) => id === person.id)
      // The screen is still there while the door is asked for, and may be drawn anew.
      let asked = 0
      let open: () => void = () => undefined
      const gate = new Promise<void>((resolve) => { open = resolve })
      await page.route('**/api/me', async (route) => {
        if (asked++ > 0) await gate
        await route.continue()
      })
      await ask(other.page, 'POST', '/api/me/sessions/end-others')
      await expect(page).toHaveURL(new RegExp(`/sign-in\\?next=${encodeURIComponent(path)}&from=ended$`), { timeout: 20_000 })
      await switchLang(page, 'kk')
      await switchLang(page, 'ru')
      open()
      await expect(page.getByText('Вход на этом устройстве завершён.')).toBeVisible()
      await page.getByRole('button', { name: new RegExp(`^${person.display_name.replaceAll(/[()]/g, String.raw`\$&`)}`) }).click()
      await expect(page).toHaveURL(new RegExp(`${path}$`))
      await other.context.close()
    })
  }
})

test('the language is changed in the account and holds at once; a name is needed', async ({ page }) => {
  await enterAs(page, ({ kind }) => kind === 'specialist')
  await page.goto('/work/account')
  const name = await page.getByLabel('Имя').inputValue()
  await page.getByLabel('Имя').fill('')
  await page.getByRole('button', { name: 'Сохранить' }).first().click()
  await expect(page.getByRole('alert')).toContainText('Напишите имя.')
  await page.getByLabel('Имя').fill(name)
  await page.getByRole('main').getByLabel('Язык').selectOption('kk')
  await page.getByRole('button', { name: 'Сохранить' }).first().click()
  await expect(page.getByRole('heading', { level: 1, name: 'Тіркелгі' })).toBeVisible()
  await page.getByRole('main').getByLabel('Тіл').selectOption('ru')
  await page.getByRole('button', { name: 'Сақтау' }).first().click()
  await expect(page.getByRole('heading', { level: 1, name: 'Учётная запись' })).toBeVisible()
})
