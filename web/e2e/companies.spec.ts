// The operator's companies: what a contract covers, and by what people come in.
import { fileURLToPath } from 'node:url'
import type { Locator, Page } from '@playwright/test'
import { checkAxe, checkAxeEverywhere, checkFits, expect, open, screens, switchLang, test } from './harness'
import { upload } from './newcomer'
import { ask, enterAs, visitor, type DemoPerson } from './people'

const isAdmin = (person: DemoPerson) => person.kind === 'staff' && person.capabilities.includes('admin')
const isOnly = (capability: string) => (person: DemoPerson) => person.kind === 'staff' && person.capabilities.join() === capability

/** Names and domains are nobody else's, so that the tests run again on the same data. */
const fresh = () => Date.now().toString(36)

interface Made { id: string; name: string }

async function newCompany(page: Page): Promise<Made> {
  return ask<Made>(page, 'POST', '/api/operator/companies', { name: `Проба ${fresh()}` })
}

/** Types a date part by part, as one does. */
async function typeDate(within: Locator, label: string, day: string): Promise<void> {
  const field = within.getByRole('group', { name: label })
  const parts = field.getByRole('spinbutton')
  const texts = day.split('.')
  for (const [at, text] of texts.entries()) {
    await parts.nth(at).click()
    await parts.nth(at).pressSequentially(text)
  }
}

/** The field itself: its two buttons are named after it. */
const number = (within: Locator, name: string) => within.getByRole('textbox', { name })

const csv = (text: string) => ({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })

test('an administrator makes a company, a contract and codes; a newcomer enters by one', async ({ page, browser }) => {
  const year = new Date().getFullYear()
  await enterAs(page, isAdmin)
  await open(page, '/desk/companies')
  await page.getByRole('button', { name: 'Новая компания' }).click()
  const naming = page.getByRole('dialog')
  await naming.getByRole('button', { name: 'Создать компанию' }).click()
  await expect(naming.getByRole('alert')).toContainText('хотя бы два знака')
  const name = `Ромашка ${fresh()}`
  await naming.getByLabel('Название').fill(name)
  await naming.getByRole('button', { name: 'Создать компанию' }).click()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
  await expect(page.getByText('Кто пользуется — не видно никому')).toBeVisible()
  await expect(page.getByText('Нет действующего договора')).toBeVisible()

  // The contract, first wrong in every way.
  await page.getByRole('button', { name: 'Добавить договор' }).click()
  const contract = page.getByRole('dialog')
  await contract.getByRole('button', { name: 'Добавить договор' }).click()
  await expect(contract.getByRole('alert')).toContainText('Отметьте хотя бы одно направление.')
  await contract.getByLabel('Номер').fill('24-118')
  await typeDate(contract, 'Первый день', `01.01.${String(year)}`)
  await typeDate(contract, 'Последний день', `31.12.${String(year - 1)}`)
  await contract.getByText('Психолог', { exact: true }).click()
  await contract.getByText('Юрист', { exact: true }).click()
  await number(contract, 'Психолог: консультаций').fill('7')
  await number(contract, 'Юрист: консультаций').fill('0')
  await contract.getByRole('button', { name: 'Добавить договор' }).click()
  await expect(contract.getByRole('alert')).toContainText('Последний день раньше первого.')
  await expect(contract.getByRole('alert')).toContainText('Нужно число от 1 до 366.')
  await checkAxe(page)
  await number(contract, 'Юрист: консультаций').fill('3')
  await typeDate(contract, 'Последний день', `31.12.${String(year + 1)}`)
  await contract.getByRole('button', { name: 'Добавить договор' }).click()
  const card = page.getByRole('article', { name: 'Договор 24-118' })
  await expect(card).toContainText('Действует')
  await expect(card).toContainText('7 консультаций на человека в год')

  // Codes of their own for three people: seen once.
  await page.getByRole('tab', { name: 'Коды' }).click()
  await page.getByRole('button', { name: 'Сделать коды' }).click()
  const wish = page.getByRole('dialog')
  await wish.getByText('Каждому свой код').click()
  await number(wish, 'Сколько кодов').fill('1001')
  await wish.getByRole('button', { name: 'Сделать' }).click()
  await expect(wish.getByRole('alert')).toContainText('Нужно число от 1 до 1 000.')
  await number(wish, 'Сколько кодов').fill('3')
  await wish.getByLabel('Куда пойдут').fill('Склад')
  await wish.getByRole('button', { name: 'Сделать' }).click()
  const made = page.getByRole('alertdialog', { name: 'Готово 3 кода' })
  await expect(made).toContainText('Их видно только сейчас')
  const codes = (await made.getByLabel('Коды').inputValue()).split('\n')
  expect(codes).toHaveLength(3)
  await made.getByRole('button', { name: 'Готово' }).click()
  await expect(made.getByText('Вы ещё не скопировали')).toBeVisible()
  // React Aria's announcement of the number typed before goes on for seconds, named after a field that is gone.
  await checkAxe(page, page.url(), '[role=alertdialog]')
  const [file] = await Promise.all([page.waitForEvent('download'), made.getByRole('button', { name: 'Скачать CSV' }).click()])
  expect(file.suggestedFilename()).toBe(`${name} Склад.csv`)
  await made.getByRole('button', { name: 'Готово' }).click()
  await expect(page.getByRole('row', { name: /Склад/ })).toContainText('Личные: 3 кода')
  await expect(page.locator('body')).not.toContainText(codes[0] ?? '')

  // A newcomer's own browser.
  const newcomer = await visitor(browser)
  await open(newcomer.page, '/enter?by=code')
  await newcomer.page.getByLabel('Код').fill((codes[0] ?? '').toLowerCase())
  await newcomer.page.getByRole('button', { name: 'Продолжить' }).click()
  await expect(newcomer.page.getByText(`Консультации оплачивает ${name}.`)).toBeVisible()
  await newcomer.page.getByLabel('Имя или псевдоним').fill('Ива')
  await newcomer.page.getByRole('button', { name: 'Войти' }).click()
  await expect(newcomer.page).not.toHaveURL(/enter/)
  await newcomer.page.goto('/today')
  const left = newcomer.page.getByRole('list', { name: 'Сколько осталось' })
  await expect(left.getByRole('listitem')).toHaveCount(2)
  await expect(left).toContainText('Осталось 7 из 7')
  await expect(left).toContainText('Осталось 3 из 3')
  await newcomer.context.close()

  // Nobody at the desk sees that somebody came.
  await page.reload()
  await expect(page.getByRole('row', { name: /Склад/ })).toContainText('меньше десяти')
})

test.describe('codes that let nobody in', () => {
  // Browsers log refused requests as errors.
  test.use({ allowedErrors: /404|409|410/ })

  test('a newcomer is told at the field what is wrong with the code', async ({ page, browser }) => {
    const year = new Date().getFullYear()
    await enterAs(page, isAdmin)
    const company = await newCompany(page)
    const { categories } = await ask<{ categories: { id: string; status: string }[] }>(page, 'GET', '/api/operator/categories')
    const covered = categories.find((category) => category.status === 'published')
    const contract = await ask<{ id: string }>(page, 'POST', `/api/operator/companies/${company.id}/contracts`, {
      number: 'К-1', starts_on: `${String(year)}-01-01`, ends_on: `${String(year + 1)}-12-31`, coverage: [{ category_id: covered?.id, sessions_per_year: 4 }],
    })
    const make = (count: number) =>
      ask<{ batch: { id: string }; codes: [string, ...string[]] }>(page, 'POST', `/api/operator/companies/${company.id}/codes`, { count, max_uses: 1 })
    const [used, revoked, left] = [await make(1), await make(1), await make(1)]
    await ask(page, 'POST', `/api/operator/codes/${revoked.batch.id}/revoke`, {})

    const newcomer = await visitor(browser)
    await newcomer.page.goto('/urgent')
    await ask(newcomer.page, 'POST', '/api/auth/company-code/enter', { code: used.codes[0], display_name: 'Ива', time_zone: 'Europe/Moscow' })
    await newcomer.context.clearCookies()
    const tell = async (code: string, words: RegExp) => {
      await open(newcomer.page, '/enter?by=code')
      await newcomer.page.getByLabel('Код', { exact: true }).fill(code)
      await newcomer.page.getByRole('button', { name: 'Продолжить' }).click()
      await expect(newcomer.page.getByRole('alert')).toContainText(words)
      await expect(newcomer.page.getByLabel('Код', { exact: true })).toHaveAttribute('aria-invalid', 'true')
    }
    await tell(used.codes[0], /код/)
    await tell(revoked.codes[0], /Этот код больше не действует/)
    await ask(page, 'POST', `/api/operator/contracts/${contract.id}/end`)
    await tell(left.codes[0], /нет действующего договора/)
    await newcomer.context.close()
  })
})

test('what a change of a contract means is said before it is saved, and its end is confirmed', async ({ page }) => {
  const year = new Date().getFullYear()
  await enterAs(page, isAdmin)
  const company = await newCompany(page)
  interface Catalogue { categories: { id: string; slug: string; name: { ru: string }; status: string }[] }
  const { categories } = await ask<Catalogue>(page, 'GET', '/api/operator/categories')
  const [one, two] = categories.filter((category) => category.status === 'published')
  await ask(page, 'POST', `/api/operator/companies/${company.id}/contracts`, {
    number: 'Б-1', starts_on: `${String(year)}-01-01`, ends_on: `${String(year + 1)}-12-31`,
    coverage: [{ category_id: one?.id, sessions_per_year: 8 }, { category_id: two?.id, sessions_per_year: 4 }],
  })
  await open(page, `/desk/companies/${company.id}`)
  const card = page.getByRole('article', { name: 'Договор Б-1' })
  await card.getByRole('button', { name: 'Изменить' }).click()
  const dialog = page.getByRole('dialog')
  await number(dialog, `${one?.name.ru ?? ''}: консультаций`).fill('5')
  await dialog.getByText(two?.name.ru ?? '', { exact: true }).click()
  await expect(dialog).toContainText(`${one?.name.ru ?? ''}: было 8, станет 5.`)
  await expect(dialog).toContainText(`${two?.name.ru ?? ''}: больше не оплачивается`)
  await expect(dialog).toContainText('Уже назначенные консультации останутся.')
  await checkAxe(page)
  await dialog.getByRole('button', { name: 'Сохранить' }).click()
  await expect(card).toContainText('5 консультаций на человека в год')
  await expect(card).not.toContainText(two?.name.ru ?? '-')

  await card.getByRole('button', { name: 'Завершить сейчас' }).click()
  const end = page.getByRole('alertdialog', { name: 'Завершить договор' })
  await expect(end).toContainText('Назначенные консультации состоятся.')
  await end.getByRole('button', { name: 'Завершить договор' }).click()
  await expect(card).toContainText('Завершён досрочно')
  await expect(card.getByRole('button')).toHaveCount(0)

  // Out of use, and back.
  await page.getByRole('button', { name: `Что ещё можно сделать: ${company.name}` }).click()
  await page.getByRole('menuitem', { name: 'Убрать в архив' }).click()
  await page.getByRole('alertdialog', { name: 'в архив?' }).getByRole('button', { name: 'Убрать в архив' }).click()
  await expect(page.getByText('Компания в архиве: от неё никто не входит')).toBeVisible()
  await open(page, `/desk/companies?name=${encodeURIComponent(company.name)}`)
  await expect(page.getByText('Возможно, она в архиве.')).toBeVisible()
  await page.getByRole('radio', { name: 'Вместе с архивом' }).click()
  await expect(page.getByRole('row', { name: company.name })).toContainText('В архиве')
})

test.describe('what is refused', () => {
  // Browsers log refused requests as errors.
  test.use({ allowedErrors: /422|409/ })

  test('domains and rosters: faults are told where they are', async ({ page }) => {
    await enterAs(page, isAdmin)
    const company = await newCompany(page)
    await open(page, `/desk/companies/${company.id}?part=domains`)
    const domain = page.getByLabel('Домен', { exact: true })
    const add = page.getByRole('button', { name: 'Добавить домен' })
    await domain.fill('mail.ru')
    await add.click()
    await expect(page.getByRole('alert')).toContainText('Это общедоступная почта')
    await domain.fill('firma')
    await add.click()
    await expect(page.getByRole('alert')).toContainText('Это не похоже на домен')
    const own = `firma-${fresh()}.ru`
    await domain.fill(`@${own}`)
    await add.click()
    const list = page.getByRole('list', { name: 'Почтовые домены' })
    await expect(list).toContainText(own)
    await list.getByRole('button', { name: `Убрать ${own}` }).click()
    await page.getByRole('alertdialog', { name: 'Убрать домен' }).getByRole('button', { name: 'Убрать' }).click()
    await expect(page.getByText('Доменов пока нет')).toBeVisible()

    await page.getByRole('tab', { name: 'Список сотрудников' }).click()
    const file = page.getByRole('group', { name: 'Файл XLSX или CSV' })
    const choose = page.locator('input[type=file]')
    const check = page.getByRole('button', { name: 'Проверить файл' })
    await choose.setInputFiles({ name: 'people.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF') })
    await expect(file.getByRole('alert')).toContainText('Нужен файл XLSX или CSV.')
    await choose.setInputFiles(csv(''))
    await expect(file.getByRole('alert')).toContainText('Файл пустой.')
    await choose.setInputFiles(csv('Имя\nАнна'))
    await check.click()
    await expect(file.getByRole('alert')).toContainText('нет столбца с адресами почты')
    await choose.setInputFiles(csv('Имя;Почта\nИван;ivan@firma.ru\nАнна;\nОлег;олег\nАнна;anna@firma.ru\nЛена;=1+1\n'))
    await check.click()
    const faults = page.getByRole('table', { name: 'Строки с ошибками' })
    await expect(faults.getByRole('row', { name: /Строка 3/ })).toContainText('Адреса нет.')
    await expect(faults.getByRole('row', { name: /Строка 4/ })).toContainText('Это не похоже на адрес почты.')
    await expect(faults.getByRole('row', { name: /Строка 6/ })).toContainText('Здесь формула, а не адрес.')
    await expect(page.getByText('Пропустим 3 строки с ошибками')).toBeVisible()
    await checkAxe(page)
    await checkFits(page)
    await page.getByRole('button', { name: 'Добавить в список' }).click()
    await expect(page.getByText('Добавлено: 2, убрано: 0. Теперь в списке: 2.')).toBeVisible()

    // A spreadsheet, as openpyxl writes it: mistakes and repeats by their lines.
    await choose.setInputFiles(fileURLToPath(new URL('../../crates/domain/src/organisations/spreadsheet/people.xlsx', import.meta.url)))
    await check.click()
    await expect(faults.getByRole('row', { name: /Строка 5/ })).toContainText('Повторяет строку 2.')
    await expect(page.getByText('Ещё 1 строка повторяет другую: её адрес возьмём один раз.')).toBeVisible()
    await expect(faults.getByRole('row', { name: /Строка 7/ })).toContainText('Адреса нет.')

    // Replacing takes people out: asked about first, done after.
    await page.getByText('Заменить весь список').click()
    await choose.setInputFiles(csv('email\nivan@firma.ru\n'))
    await check.click()
    await page.getByRole('button', { name: 'Заменить список' }).click()
    const sure = page.getByRole('alertdialog', { name: 'Убрать из списка' })
    await expect(sure).toContainText('Убрать из списка 1 человека?')
    // Meanwhile somebody else brings two more: nobody goes who was not seen.
    await upload(page, `/api/operator/companies/${company.id}/roster?mode=add`, 'more.csv', Buffer.from('email\npavel@firma.ru\nsofia@firma.ru\n'))
    await sure.getByRole('button', { name: 'Заменить список' }).click()
    await expect(file.getByRole('alert')).toContainText('список сотрудников изменился')
    await page.getByRole('button', { name: 'Заменить список' }).click()
    await expect(sure).toContainText('Убрать из списка 3 человек?')
    await sure.getByRole('button', { name: 'Заменить список' }).click()
    await expect(page.getByText('Добавлено: 0, убрано: 3. Теперь в списке: 1.')).toBeVisible()
  })
})

test('support sees codes and changes nothing else; the rest of the team sees none', async ({ page }) => {
  await enterAs(page, isAdmin)
  const company = await newCompany(page)
  await enterAs(page, isOnly('support'))
  await open(page, '/desk/companies')
  await expect(page.getByRole('button', { name: 'Новая компания' })).toHaveCount(0)
  await open(page, `/desk/companies/${company.id}?part=roster`)
  await expect(page.getByRole('tab')).toHaveText(['Договоры', 'Коды'])
  await expect(page.getByRole('button', { name: /Что ещё|Добавить/ })).toHaveCount(0)
  await page.getByRole('tab', { name: 'Коды' }).click()
  await expect(page.getByText('Пока нет действующего договора')).toBeVisible()
  await page.getByRole('button', { name: 'Сделать коды' }).click()
  await number(page.getByRole('dialog'), 'Сколько человек').fill('40')
  await page.getByRole('dialog').getByRole('button', { name: 'Сделать' }).click()
  const made = page.getByRole('alertdialog', { name: 'Готов 1 код' })
  await expect(made).toContainText('Его видно только сейчас')
  await expect(made.getByLabel('Код')).toHaveValue(/^[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}$/)
  await made.getByRole('button', { name: 'Готово' }).click()
  await made.getByRole('button', { name: 'Закрыть без копии' }).click()

  // Lost for good: taken back.
  await page.getByRole('button', { name: 'Отозвать: Без пометки' }).click()
  await expect(page.getByRole('dialog')).toContainText('Кто уже вошёл, останется.')
  await page.getByRole('dialog').getByRole('button', { name: 'Отозвать' }).click()
  await expect(page.getByText('Таких кодов нет')).toBeVisible()
  await page.getByRole('radio', { name: 'Отозваны' }).click()
  await expect(page.getByRole('row', { name: /Без пометки/ })).toContainText('Отозван')

  // To the rest of the team companies are not shown at all.
  await enterAs(page, isOnly('catalogue'))
  await open(page, '/desk/companies')
  await expect(page).not.toHaveURL(/companies/)
  await expect(page.getByRole('link', { name: 'Компании' })).toHaveCount(0)
})

const details = {
  id: '01890000-0000-7000-8000-0000000000c1', name: 'Северная логистика', is_archived: false, members_at_least: 65, domains: ['sever.example'], roster_size: 340,
  contracts: [{
    id: '01890000-0000-7000-8000-0000000000d1', company_id: '01890000-0000-7000-8000-0000000000c1', number: '24-118', starts_on: '2026-01-01', ends_on: '2030-12-31',
    state: 'in_force', coverage: [{ category_id: '01890000-0000-7000-8000-0000000000e1', category: 'Психолог', sessions_per_year: 12 }],
  }],
}

/** The same companies on every deployment and day. */
async function still(page: Page): Promise<void> {
  await page.route('**/api/operator/companies?*', (route) => route.fulfill({
    json: { companies: [{ id: details.id, name: details.name, is_archived: false, covered_until: '2030-12-31', members_at_least: 65 }], has_more: false },
  }))
  await page.route(`**/api/operator/companies/${details.id}`, (route) => route.fulfill({ json: details }))
}

/** The screen without the frame, which has trees of its own. */
const screenOf = (page: Page) => page.locator('main')

test('the list and a company read as they should', async ({ page }) => {
  await enterAs(page, isAdmin)
  await still(page)
  await open(page, '/desk/companies')
  await expect(screenOf(page)).toMatchAriaSnapshot({ name: 'companies.aria.yml' })
  await checkFits(page)
  await open(page, `/desk/companies/${details.id}`)
  await expect(screenOf(page)).toMatchAriaSnapshot({ name: 'company.aria.yml' })
  await checkFits(page)
})

for (const [name, path] of [['the list', '/desk/companies'], ['a company', `/desk/companies/${details.id}?part=roster`]] as const) {
  test(`${name} can be used by everybody`, async ({ page }) => {
    await enterAs(page, isAdmin)
    await still(page)
    await checkAxeEverywhere(page, path)
  })
}

test.describe('a company whose directory keeps the roster', () => {
  // A network that is none is refused; so is a directory without its token.
  test.use({ allowedErrors: /401|422/ })

  test('gets a token that is seen once, and is let in from its networks only', async ({ page, request }) => {
    await enterAs(page, isAdmin)
    const company = await newCompany(page)
    await open(page, `/desk/companies/${company.id}?part=scim`)
    await expect(page.getByLabel('Адрес для IT-службы компании')).toHaveValue(new RegExp(`/scim/v2/${company.id}$`))
    await checkFits(page)
    await checkAxeEverywhere(page, `/desk/companies/${company.id}?part=scim`)
    await open(page, `/desk/companies/${company.id}?part=scim`)
    await page.getByRole('button', { name: 'Выпустить токен' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Выпустить' }).click()
    const made = page.getByRole('alertdialog', { name: 'Токен готов' })
    const token = await made.getByLabel('Токен').inputValue()
    expect(token).toMatch(/^scim_.{43}$/)
    await made.getByRole('button', { name: 'Готово' }).click()
    await expect(made.getByText('Вы ещё не скопировали токен')).toBeVisible()
    await checkAxe(page, page.url(), '[role=alertdialog]')
    await screens(page, 'scim-token')
    await switchLang(page, 'ru')
    await made.getByRole('button', { name: 'Закрыть без копии' }).click()
    // It leaves with a movement; only then is the page without it.
    await expect(made).toHaveCount(0)
    await expect(page.getByRole('list', { name: 'Токены' })).toContainText('бессрочный, ещё не использовали')
    expect(await page.content()).not.toContain(token)

    const users = () => request.get(`/scim/v2/${company.id}/Users`, { headers: { authorization: `Bearer ${token}` } })
    expect((await users()).status()).toBe(200)
    const network = page.getByLabel('Сеть или адрес')
    await network.fill('firma.ru')
    await page.getByRole('button', { name: 'Добавить сеть' }).click()
    await expect(page.getByText('Это не похоже на сеть').first()).toBeVisible()
    await network.fill('203.0.113.7/24')
    await page.getByRole('button', { name: 'Добавить сеть' }).click()
    await expect(page.getByRole('list', { name: 'Откуда можно обращаться' })).toContainText('203.0.113.0/24')
    expect((await users()).status()).toBe(401)
    await page.reload()
    await expect(page.getByRole('list', { name: 'Токены' })).toContainText('последний раз')
    await screens(page, 'scim')
    await switchLang(page, 'ru')

    await page.getByRole('button', { name: /Отключить токен на конце/ }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Отключить', exact: true }).click()
    await expect(page.getByText('Токенов пока нет')).toBeVisible()
  })
})
