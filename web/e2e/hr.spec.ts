// A company's HR: invited by the operator, keeps the list and codes of its own company, and sees nothing of anybody.
import { checkAxe, checkAxeEverywhere, checkFits, checkTree, expect, open, screens, switchLang, test } from './harness'
import { freshEmail, givePasskeyDevice, invitationIn, mailed, withoutAutofill } from './factors'
import { ask, enterAs, visitor, type DemoPerson } from './people'

const isAdmin = (person: DemoPerson) => person.kind === 'staff' && person.capabilities.includes('admin')
const isHr = (person: DemoPerson) => person.kind === 'hr'
const csv = (text: string) => ({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
const fresh = () => Date.now().toString(36)

test('an administrator invites HR, who sets up a second factor, brings the list and makes a code by which a colleague enters', async ({ browser }) => {
  test.setTimeout(180_000)
  const [desk, kadry, newcomer] = [await visitor(browser), await visitor(browser), await visitor(browser)]
  await enterAs(desk.page, isAdmin)
  const company = await ask<{ id: string }>(desk.page, 'POST', '/api/operator/companies', { name: `Проба ${fresh()}` })
  await ask(desk.page, 'POST', `/api/operator/companies/${company.id}/contracts`, {
    number: '1', starts_on: `${String(new Date().getFullYear())}-01-01`, ends_on: `${String(new Date().getFullYear() + 1)}-12-31`,
    coverage: [{ category_id: (await ask<{ categories: { id: string }[] }>(desk.page, 'GET', '/api/operator/categories')).categories[0]?.id, sessions_per_year: 8 }],
  })
  await open(desk.page, `/desk/companies/${company.id}?part=hr`)
  await expect(desk.page.getByText('Из компании пока никого нет')).toBeVisible()
  await desk.page.getByRole('button', { name: 'Пригласить', exact: true }).click()
  const inviting = desk.page.getByRole('dialog')
  await inviting.getByRole('button', { name: 'Отправить приглашение' }).click()
  await expect(inviting.getByRole('alert')).toBeVisible()
  const email = freshEmail('kadry')
  await inviting.getByLabel('Почта').fill(email)
  await inviting.getByLabel('Имя').fill('Ольга')
  await inviting.getByRole('button', { name: 'Отправить приглашение' }).click()
  await expect(inviting).toBeHidden()
  await expect(desk.page.getByRole('list', { name: 'Приглашения' })).toContainText(email)

  const { page } = kadry
  await withoutAutofill(page)
  await givePasskeyDevice(page)
  await page.goto(await mailed(desk.page, email, invitationIn))
  await expect(page.getByRole('heading', { level: 1, name: 'Приглашение от компании' })).toBeVisible()
  await page.getByRole('button', { name: 'Принять приглашение' }).click()
  await expect(page.getByRole('heading', { name: 'Настройте второй фактор' })).toBeVisible()
  await page.getByRole('button', { name: /^Ключ входа/ }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Скачать файл' }).click()
  await download
  await page.getByRole('button', { name: 'Коды сохранены' }).click()
  await expect(page).toHaveURL(/\/hr\/company/)
  await expect(page.getByText('не видно никому в компании')).toBeVisible()

  // The list: looked at first, then applied.
  await page.locator('input[type=file]').setInputFiles(csv('Почта\nivan@firma.example\nанна\n'))
  await page.getByRole('button', { name: 'Проверить файл' }).click()
  await expect(page.getByText('Строка 3')).toBeVisible()
  await page.getByRole('button', { name: 'Добавить в список' }).click()
  await expect(page.getByText('Сейчас в нём 1 адрес')).toBeVisible()

  // Leavers whom the list does not name: the file reaches none of them, and "nothing to change" would be read as "they are out".
  await page.getByRole('radio', { name: /^Убрать/ }).press('Space')
  await page.locator('input[type=file]').setInputFiles(csv('Имя;Корпоративная почта\nОлег;oleg@firma.example\n'))
  await page.getByRole('button', { name: 'Проверить файл' }).click()
  await expect(page.getByText('1 адреса из файла нет в списке')).toBeVisible()
  await expect(page.getByText('Менять нечего')).toBeHidden()

  // A code for many; fewer than ten are refused where they are typed.
  await page.getByRole('tab', { name: 'Коды' }).click()
  await page.getByRole('button', { name: 'Сделать коды' }).first().click()
  const making = page.getByRole('dialog')
  await expect(making.getByText('Личных кодов здесь нет', { exact: false })).toBeVisible()
  await making.getByRole('textbox', { name: 'Сколько человек сможет войти' }).fill('3')
  await making.getByRole('button', { name: 'Сделать', exact: true }).click()
  await expect(making.getByText('Нужно число от 10', { exact: false }).first()).toBeVisible()
  await making.getByRole('textbox', { name: 'Сколько человек сможет войти' }).fill('40')
  // A last day that is over is told at its field, by its name.
  const day = making.getByRole('group', { name: /Последний день/ })
  await day.getByRole('spinbutton').first().click()
  await page.keyboard.type('01012020')
  await making.getByRole('button', { name: 'Сделать', exact: true }).click()
  await expect(making.getByRole('button', { name: 'Последний день: Этот день уже прошёл', exact: false })).toBeVisible()
  await day.getByRole('spinbutton').first().click()
  await page.keyboard.type('31122040')
  await making.getByRole('button', { name: 'Сделать', exact: true }).click()
  const made = page.getByRole('alertdialog')
  const code = await made.getByRole('textbox').inputValue()
  await made.getByRole('button', { name: /Копировать|Скопировать/ }).click()
  await made.getByRole('button', { name: 'Готово' }).click()
  await expect(page.getByRole('columnheader', { name: 'Вошло' })).toHaveCount(0)
  await open(newcomer.page, '/enter?by=code')
  await newcomer.page.getByRole('textbox').fill(code)
  await newcomer.page.getByRole('button', { name: 'Продолжить' }).click()
  await expect(newcomer.page.getByText('Проба', { exact: false }).first()).toBeVisible()

  // With passes the list and the codes mean something else, and HR is told: the period, the key, and what taking back does then.
  await ask(desk.page, 'PUT', `/api/operator/companies/${company.id}/passes`, { is_on: true, months: 3 })
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Вход с пропусками' })).toBeVisible()
  await expect(page.getByText('кому можно войти, а не кто вошёл', { exact: false })).toBeVisible()
  const fingerprint = await page.getByLabel('Отпечаток ключа').inputValue()
  await open(desk.page, `/desk/companies/${company.id}?part=passes`)
  await expect(desk.page.getByRole('textbox').first()).toHaveValue(fingerprint)
  await newcomer.page.goto('/urgent')
  await newcomer.page.evaluate(() => { sessionStorage.clear() })
  await open(newcomer.page, '/enter?by=code')
  await newcomer.page.getByRole('textbox').fill(code)
  await newcomer.page.getByRole('button', { name: 'Продолжить' }).click()
  await newcomer.page.getByRole('button', { name: 'Получить пропуск' }).click()
  await expect(newcomer.page.getByText(fingerprint)).toBeVisible()
  await page.getByText('Что значит убрать из списка и отозвать код').click()
  await expect(page.getByText('сразу не закрыть: никто не знает, чей он', { exact: false })).toBeVisible()
  await checkFits(page)
  await checkAxe(page)
  if (process.env['SCREENS']) {
    await screens(page, 'hr-passes')
    await switchLang(page, 'ru')
  }
  await page.getByRole('tab', { name: 'Коды' }).click()
  await page.getByRole('button', { name: /^Отозвать/ }).first().click()
  await expect(page.getByRole('dialog').getByText('Кто по нему уже получил пропуск, входит с ним', { exact: false })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('tab', { name: 'Список сотрудников' }).click()
  await expect(page.getByText('Кто получил и кто вошёл, по списку не узнать', { exact: false })).toBeVisible()
  await page.getByRole('radio', { name: /^Убрать/ }).press('Space')
  await page.locator('input[type=file]').setInputFiles(csv('Почта\nivan@firma.example\n'))
  await page.getByRole('button', { name: 'Проверить файл' }).click()
  await page.getByRole('button', { name: 'Убрать из списка' }).click()
  const removing = page.getByRole('alertdialog')
  await expect(removing).toContainText('сохранит доступ не дольше чем по')
  await removing.getByRole('button', { name: 'Убрать из списка' }).click()
  await expect(page.getByText('Сейчас список пуст')).toBeVisible()

  // Access ends: the screen that is open gives way at once.
  await open(desk.page, `/desk/companies/${company.id}?part=hr`)
  await desk.page.getByRole('button', { name: /Что ещё можно сделать: Ольга/ }).click()
  await desk.page.getByRole('menuitem', { name: 'Закрыть доступ' }).click()
  await desk.page.getByRole('alertdialog').getByRole('button', { name: 'Закрыть доступ' }).click()
  await expect(desk.page.getByText('Доступ закрыт')).toBeVisible()
  await expect(page).toHaveURL(/\/sign-in/)
  for (const { context } of [desk, kadry, newcomer]) await context.close()
})

test.describe('what is not theirs', () => {
test.use({ allowedErrors: /status of 403/ })

test('HR opens its company alone: other people’s screens lead home', async ({ page }) => {
  await enterAs(page, isHr)
  for (const path of ['/desk/companies', '/today', '/work/day', '/desk/audit']) {
    await page.goto(path)
    await expect(page).toHaveURL(/\/hr\/company/)
  }
  for (const path of ['/api/operator/companies', '/api/audit', '/api/today', '/api/clients']) {
    await expect(ask(page, 'GET', path)).rejects.toThrow('403')
  }
})
})

test('HR’s screens read well in every dress', async ({ page }) => {
  test.setTimeout(180_000)
  await enterAs(page, isHr)
  await open(page, '/hr/company')
  await checkTree(page, 'hr-company', 'main')
  await checkFits(page)
  await screens(page, 'hr-company')
  await checkAxeEverywhere(page, '/hr/company')
  await open(page, '/hr/company?part=codes')
  await checkFits(page)
  await screens(page, 'hr-codes')
  await checkAxeEverywhere(page, '/hr/company?part=codes')
  await open(page, '/hr/account')
  await checkFits(page)
  await screens(page, 'hr-account')
  await switchLang(page, 'kk')
  await open(page, '/hr/company?part=contracts')
  await checkFits(page)
})
