// Entering with a pass: the console switches it on; a newcomer fetches one, keeps it as a file, opens the account elsewhere, and renews.
import fs from 'node:fs'
import type { Page } from '@playwright/test'
import { checkAxeHere, jumped } from './employee'
import { checkFits, checkTree, expect, open, screens, test } from './harness'
import { ask, enterAs, visitor, type DemoPerson } from './people'

const isAdmin = (person: DemoPerson) => person.kind === 'staff' && person.capabilities.includes('admin')

interface Prepared { company: string; code: string; fingerprint: string }

/** A company with a contract and a code; passes are switched on in the console. */
async function prepared(page: Page): Promise<Prepared> {
  const year = new Date().getFullYear()
  await enterAs(page, isAdmin)
  const company = await ask<{ id: string }>(page, 'POST', '/api/operator/companies', { name: `Пропуск ${Date.now().toString(36)}` })
  const { categories } = await ask<{ categories: { id: string; status: string }[] }>(page, 'GET', '/api/operator/categories')
  const covered = categories.find((category) => category.status === 'published')
  await ask(page, 'POST', `/api/operator/companies/${company.id}/contracts`, {
    number: 'П-1', starts_on: `${String(year)}-01-01`, ends_on: `${String(year + 2)}-12-31`, coverage: [{ category_id: covered?.id, sessions_per_year: 4 }],
  })
  const { codes } = await ask<{ codes: [string] }>(page, 'POST', `/api/operator/companies/${company.id}/codes`, { count: 1, max_uses: 9 })
  await open(page, `/desk/companies/${company.id}?part=passes`)
  await expect(page.getByText('Выключено')).toBeVisible()
  await look(page, 'passes-off')
  await page.getByRole('button', { name: 'Включить' }).click()
  await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: 'Включить' }).click()
  await expect(page.getByText('Новые люди входят с пропуском')).toBeVisible()
  const fingerprint = await page.getByRole('textbox').first().inputValue()
  await look(page, 'passes-on')
  return { company: company.id, code: codes[0], fingerprint }
}

async function look(page: Page, name: string): Promise<void> {
  await checkFits(page)
  if (process.env['SCREENS']) await screens(page, name)
  await checkAxeHere(page, name)
}

const byCode = async (page: Page, code: string) => {
  await open(page, '/enter?by=code')
  await page.getByLabel('Код', { exact: true }).fill(code)
  await page.getByRole('button', { name: 'Продолжить' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Получите пропуск' })).toBeVisible()
}

test.describe('with a pass', () => {
  // What is used twice is refused, and browsers log that.
  test.use({ allowedErrors: /422/ })

  test('a newcomer fetches a pass, opens an account with it in another browser, and renews', async ({ page, browser }) => {
    test.setTimeout(240_000)
    const { code, fingerprint } = await prepared(page)

    // The first browser: the code is shown, nothing else is asked, and the pass is kept as a file.
    const first = await visitor(browser)
    await byCode(first.page, code)
    await look(first.page, 'pass-fetch')
    // The code is for nine people: nobody is told that there is no second one.
    await expect(first.page.getByText('Код общий', { exact: false })).toBeVisible()
    await first.page.getByRole('button', { name: 'Получить пропуск' }).click()
    await expect(first.page.getByRole('heading', { level: 1, name: 'Пропуск у вас' })).toBeVisible()
    await expect(first.page.getByText(fingerprint)).toBeVisible()
    await expect(first.page.getByText('можно прийти с тем же кодом ещё раз', { exact: false })).toBeVisible()
    const pass = await first.page.getByLabel('Пропуск', { exact: true }).inputValue()
    expect(pass).toMatch(/^[\w-]{471}$/)
    const [download] = await Promise.all([first.page.waitForEvent('download'), first.page.getByRole('button', { name: 'Сохранить файлом' }).click()])
    const saved = fs.readFileSync(await download.path(), 'utf8')
    expect(saved.trim()).toBe(pass)
    await look(first.page, 'pass-have')
    // A reload loses nothing; leaving keeps nothing.
    await first.page.reload()
    await expect(first.page.getByLabel('Пропуск', { exact: true })).toHaveValue(pass)
    // The page does not know any more that it was saved: it asks once before the only copy here goes.
    await first.page.getByRole('button', { name: 'Сохранено, войду позже' }).click()
    await expect(first.page.getByText('Пропуск ещё не сохранён')).toBeVisible()
    await expect(first.page.getByLabel('Пропуск', { exact: true })).toHaveValue(pass)
    await first.page.getByRole('button', { name: 'Уйти без пропуска' }).click()
    await expect(first.page).toHaveURL(/\/$/)
    expect(await first.page.evaluate(() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]))).not.toContain(pass.slice(0, 40))
    await first.context.close()

    // Another browser, later.
    const second = await visitor(browser)
    const asked: string[] = []
    second.page.on('request', (request) => { asked.push(request.url()) })
    // Where people look: at the door.
    await open(second.page, '/')
    await look(second.page, 'welcome')
    await second.page.getByRole('link', { name: 'Сохранили пропуск? Войти с ним' }).click()
    await expect(second.page).toHaveURL(/enter\?by=pass/)
    await open(second.page, '/enter?by=pass')
    expect(await jumped(second.page)).toBeLessThan(0.05)
    await look(second.page, 'pass-bring')
    await checkTree(second.page, 'enter-pass', 'main')
    await second.page.getByLabel('Пропуск', { exact: true }).fill('это не пропуск')
    await second.page.getByRole('button', { name: 'Продолжить' }).click()
    await expect(second.page.getByRole('alert')).toContainText('Это не пропуск')
    await second.page.getByLabel('Пропуск', { exact: true }).fill(pass.slice(0, -3))
    await second.page.getByRole('button', { name: 'Продолжить' }).click()
    await expect(second.page.getByRole('alert')).toContainText('Это только часть пропуска')
    // A file without a pass, and one with a part of it, say so, and take nothing of what is there.
    for (const [content, says] of [['Список покупок: чай, хлеб', 'В этом файле пропуска нет'], [pass.slice(0, 200), 'В этом файле только часть пропуска']] as const) {
      await second.page.locator('input[type=file]').setInputFiles({ name: 'other.txt', mimeType: 'text/plain', buffer: Buffer.from(content) })
      await expect(second.page.getByText(says)).toBeVisible()
      await expect(second.page.getByLabel('Пропуск', { exact: true })).toHaveValue(pass.slice(0, -3))
    }
    await look(second.page, 'pass-bring-wrong')
    const [chooser] = await Promise.all([second.page.waitForEvent('filechooser'), second.page.getByRole('button', { name: 'Выбрать другой' }).click()])
    await chooser.setFiles({ name: 'pass.txt', mimeType: 'text/plain', buffer: Buffer.from(saved) })
    await expect(second.page.getByLabel('Пропуск', { exact: true })).toHaveValue(pass)
    await second.page.getByRole('button', { name: 'Продолжить' }).click()
    await expect(second.page.getByText('для нового профиля понадобится другой пропуск', { exact: false })).toBeVisible()
    await second.page.getByLabel('Имя или псевдоним').fill('Тихий чай')
    await look(second.page, 'pass-name')
    await second.page.locator('main form button[type=submit]').click()
    await expect(second.page.getByRole('heading', { level: 1, name: 'Как вы сюда вернётесь?' })).toBeVisible()
    await expect(second.page.getByText('Новый профиль откроется только с другим пропуском', { exact: false })).toBeVisible()
    await look(second.page, 'pass-keep')
    expect(asked.filter((address) => address.includes(pass.slice(0, 40)))).toEqual([])

    // Once: whoever comes with it again is refused.
    const third = await visitor(browser)
    await open(third.page, '/enter?by=pass')
    await third.page.getByLabel('Пропуск', { exact: true }).fill(pass)
    await third.page.getByRole('button', { name: 'Продолжить' }).click()
    await expect(third.page.getByRole('alert')).toContainText('Этот пропуск уже использован')
    await expect(third.page.getByRole('link', { name: 'Уже есть профиль' })).toHaveAttribute('href', '/sign-in')
    // Where a file was chosen and nothing was pasted, what is wrong is the file alone.
    await third.page.getByLabel('Пропуск', { exact: true }).fill('')
    const file = third.page.locator('input[type=file]')
    await file.setInputFiles({ name: 'large.txt', mimeType: 'text/plain', buffer: Buffer.alloc(1_000_001, 'a') })
    await expect(third.page.getByText('Файл больше 976 кБ').first()).toBeVisible()
    await file.setInputFiles({ name: 'other.txt', mimeType: 'text/plain', buffer: Buffer.from('Список покупок') })
    await expect(third.page.getByText('В этом файле пропуска нет').first()).toBeVisible()
    await third.page.getByRole('button', { name: 'Продолжить' }).click()
    const summary = third.page.getByRole('alert').filter({ hasText: 'Нужно исправить 1' })
    await expect(summary).toContainText('В этом файле пропуска нет')
    await third.context.close()

    // Renewed: what proves that one may have a pass travels without a cookie.
    await open(second.page, '/me')
    await expect(second.page.getByRole('heading', { name: 'Доступ по пропуску' })).toBeVisible()
    await look(second.page, 'pass-account')
    const cookies: Promise<string | null>[] = []
    second.page.on('request', (request) => {
      if (/\/api\/auth\/(company-code|pass)/.test(request.url())) cookies.push(request.headerValue('cookie'))
    })
    await byCode(second.page, code)
    await second.page.getByRole('button', { name: 'Получить пропуск' }).click()
    await expect(second.page.getByRole('heading', { level: 1, name: 'Пропуск у вас' })).toBeVisible()
    expect((await Promise.all(cookies)).filter((cookie) => cookie?.includes('ponimau'))).toEqual([])
    expect(cookies.length).toBeGreaterThanOrEqual(3)
    await second.page.getByRole('button', { name: 'Продлить доступ' }).click()
    await expect(second.page.getByRole('heading', { level: 1, name: 'Продлить доступ' })).toBeVisible()
    await look(second.page, 'pass-renew')
    await second.page.getByRole('button', { name: 'Продлить доступ' }).click()
    await expect(second.page).toHaveURL(/\/me$/)
    await expect(second.page.getByText(/Доступ продлён до/)).toBeVisible()
    await second.context.close()
  })
})

test('with the first page saying that it is time, one renews before the access ends', async ({ page }) => {
  await page.route('**/api/today', async (route) => {
    const answer = await route.fetch()
    const today = (await answer.json()) as Record<string, unknown>
    await route.fulfill({ response: answer, json: { ...today, pass: { ends_on: '2031-01-30', has_ended: false, can_renew: true } } })
  })
  await enterAs(page, ({ kind }) => kind === 'employee')
  await open(page, '/today')
  await expect(page.getByText('Подтвердите до 30 января 2031', { exact: false })).toBeVisible()
  await look(page, 'pass-today')
  await page.getByRole('link', { name: 'Получить пропуск' }).click()
  await expect(page).toHaveURL(/\/enter\?by=code/)
})
