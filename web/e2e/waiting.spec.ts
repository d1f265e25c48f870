// The waiting list: for one specialist or for anyone who fits, and a freed time that is offered and taken.
import { anAddress, book, categoryOf, checkAxeHere, leaveNothing, mailTo, newcomer, somebodyFree, upcoming } from './employee'
import { checkFits, expect, open, screens, test } from './harness'
import { ask, visitor } from './people'

interface Place { specialist_id?: string; status: string; offer?: { starts_at: string } }
const places = async (page: Parameters<typeof ask>[0]) => (await ask<{ items: Place[] }>(page, 'GET', '/api/waiting')).items

test('a freed time is offered to who waits for the specialist, and taken', async ({ page, browser }) => {
  test.setTimeout(120_000)
  const email = anAddress()
  await newcomer(page, { email })
  const category = await categoryOf(page, 'psychologist')
  const somebody = await somebodyFree(page, category)
  const other = await visitor(browser)
  await newcomer(other.page, { name: 'Другой' })
  // The dialog proposes to wait for two weeks.
  const soon = Date.now() + 12 * 24 * 3_600_000
  const taken = await book(other.page, category, somebody.id, somebody.starts.findLast((at) => Date.parse(at) < soon) ?? '')

  await open(page, `/find/${somebody.id}?category=${category.id}`)
  await page.getByRole('button', { name: 'Сообщить, когда появится время' }).first().click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText(somebody.name)
  await dialog.getByRole('button', { name: 'Ждать' }).click()
  await expect(dialog).toBeHidden()
  await expect.poll(async () => (await places(page)).map((one) => one.specialist_id)).toEqual([somebody.id])
  await open(page, '/sessions')
  await expect(page.getByRole('article', { name: somebody.name })).toBeVisible()

  // It is freed; the page tells so by itself, without a reload.
  await ask(other.page, 'POST', `/api/appointments/${taken.id}/cancel`, { expects_counted: false })
  const place = page.getByRole('article', { name: somebody.name })
  await expect(place).toContainText('Освободилось время', { timeout: 20_000 })
  await expect(place.getByRole('timer')).toBeVisible()
  expect((await mailTo(page, email, 2))[0]).not.toBe('')
  await open(page, '/today')
  await expect(page.getByRole('region', { name: 'Для вас освободилось время' })).toBeVisible()
  await page.getByRole('link', { name: 'Посмотреть и решить' }).click()
  await expect(page.getByText('Бесплатно перенести или отменить можно до:', { exact: false })).toBeVisible()
  await page.getByRole('button', { name: 'Записаться' }).click()
  await expect(page.getByText('Запланирована')).toBeVisible()
  expect((await upcoming(page)).map(({ status, starts_at }) => [status, starts_at])).toEqual([['booked', taken.starts_at]])
  expect((await places(page)).filter(({ status }) => status === 'waiting')).toEqual([])
  await leaveNothing(page)
  await other.context.close()
})

test.describe('with a refusal', () => {
  test.use({ allowedErrors: /status of 4\d\d/ })

  test('one waits for anyone who fits earlier than a day, once, and may leave', async ({ page }) => {
    test.setTimeout(240_000)
    await newcomer(page)
    await open(page, '/find')
    const wait = page.getByRole('button', { name: 'Сообщить, когда появится время' }).last()
    const dialog = page.getByRole('dialog')
    await wait.click()
    await expect(dialog).toContainText('у любого подходящего специалиста')
    await expect(dialog.getByRole('group', { name: 'Не позже какого дня' })).toBeVisible()
    await checkFits(page)
    if (process.env['SCREENS']) await screens(page, 'employee-wait')
    await checkAxeHere(page, 'wait')
    await dialog.getByRole('button', { name: 'Ждать' }).click()
    await expect(dialog).toBeHidden()
    await wait.click()
    await dialog.getByRole('button', { name: 'Ждать' }).click()
    await expect(dialog.getByRole('status')).toBeVisible()
    await dialog.getByRole('link', { name: 'Чего я жду' }).click()

    const place = page.getByRole('article', { name: 'Любой подходящий специалист' })
    await expect(place).toHaveCount(1)
    await place.getByRole('button', { name: 'Больше не ждать' }).click()
    const leave = page.getByRole('alertdialog', { name: 'Больше не ждать' })
    await expect(leave).toContainText('Вернуться в список можно в любой момент')
    await leave.getByRole('button', { name: 'Не ждать' }).click()
    await expect(place).toBeHidden()
    expect(await places(page)).toEqual([])
  })
})
