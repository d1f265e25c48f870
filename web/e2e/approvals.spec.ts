// What takes two: one asks and says why, another agrees in a browser of their own, and for an hour the first may do it.
import { readFile } from 'node:fs/promises'
import type { Browser, Page } from '@playwright/test'
import { checkAxeHere } from './employee'
import { checkAxe, checkFits, expect, open, screens, test } from './harness'
import { withUnrated } from './past'
import { ask, enterAs, visitor, type DemoPerson } from './people'

const only = (capability: string) => ({ kind, capabilities }: DemoPerson) => kind === 'staff' && capabilities.includes(capability) && capabilities.length === 1
const admin = ({ kind, capabilities }: DemoPerson) => kind === 'staff' && capabilities.includes('admin')

// What is refused on purpose.
test.use({ allowedErrors: /status of (403|409)/ })

/** What a run before has left waiting would be in the way: one asks for one thing at a time. */
async function nothingAsked(page: Page): Promise<void> {
  const { approvals } = await ask<{ approvals: { id: string; is_mine: boolean; state: string }[] }>(page, 'GET', '/api/approvals')
  for (const { id } of approvals.filter((one) => one.is_mine && one.state === 'waiting')) await ask(page, 'POST', `/api/approvals/${id}/withdraw`, {})
}

/** A new report about safety; gives its id. */
async function reported(browser: Browser, safety: Page): Promise<string> {
  const { page, context } = await visitor(browser)
  const { visit } = await withUnrated(page)
  const { questions } = await ask<{ questions: { id: string }[] }>(page, 'GET', `/api/appointments/${visit.id}/after`)
  await ask(page, 'POST', `/api/appointments/${visit.id}/safety`, { answers: Object.fromEntries(questions.map(({ id }, at) => [id, at === 0])), text: 'Проверка' })
  await context.close()
  const { reports } = await ask<{ reports: { id: string; specialist_id: string; created_at: string }[] }>(safety, 'GET', '/api/safety-reports')
  const newest = reports.filter((one) => one.specialist_id === visit.specialist.id).sort((a, b) => b.created_at.localeCompare(a.created_at))[0]
  if (!newest) throw new Error('the report is not on the queue')
  return newest.id
}

test('how to reach the person behind a report opens once a colleague has agreed', async ({ browser }) => {
  test.setTimeout(240_000)
  const [asker, decider] = [await visitor(browser), await visitor(browser)]
  await enterAs(asker.page, only('safety'))
  const report = await reported(browser, asker.page)
  await open(asker.page, `/desk/safety/${report}`)
  await asker.page.getByRole('link', { name: 'Как связаться с человеком' }).click()
  const dialog = asker.page.getByRole('dialog', { name: 'Как связаться с человеком' })
  await dialog.getByRole('button', { name: 'Попросить согласия' }).click()
  await expect(dialog.getByText('хотя бы десять знаков').first()).toBeVisible()
  const why = `Ей угрожают, нужно позвонить сегодня ${crypto.randomUUID()}`
  await dialog.getByLabel('Зачем').fill(why)
  await dialog.getByRole('button', { name: 'Попросить согласия' }).click()
  await expect(dialog).toBeHidden()
  const mine = asker.page.getByRole('article').filter({ hasText: why })
  await expect(mine).toContainText('Ждёт согласия')
  await expect(mine.getByRole('button', { name: 'Согласиться' })).toHaveCount(0)
  // Asking twice is told in words.
  await open(asker.page, `/desk/approvals?report=${report}`)
  await dialog.getByLabel('Зачем').fill(`${why} ещё раз`)
  await dialog.getByRole('button', { name: 'Попросить согласия' }).click()
  await expect(dialog.getByText('Вы уже об этом попросили', { exact: false })).toBeVisible()
  await asker.page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()

  await enterAs(decider.page, admin)
  // On whichever screen they are, the menu says that somebody waits for them.
  await open(decider.page, '/desk/live')
  const menu = decider.page.getByRole('navigation', { name: 'Разделы' })
  await expect(menu.getByRole('link', { name: /Согласие двоих.*ждёт вашего согласия|Согласие двоих.*ждут вашего согласия/ })).toBeVisible()
  await decider.page.setViewportSize({ width: 390, height: 860 })
  await expect(menu.getByRole('button', { name: /Ещё.*(ждёт|ждут) вашего согласия/ })).toBeVisible()
  if (process.env['SCREENS']) await screens(decider.page, 'approvals-menu')
  await decider.page.setViewportSize({ width: 1280, height: 860 })
  await open(decider.page, '/desk/approvals')
  const theirs = decider.page.getByRole('article').filter({ hasText: why })
  await expect(theirs).toContainText('Супервизор безопасности')
  for (const width of [390, 1280]) {
    await decider.page.setViewportSize({ width, height: 860 })
    await checkFits(decider.page)
  }
  await checkAxeHere(decider.page, 'approvals')
  await theirs.getByRole('button', { name: 'Согласиться' }).click()
  await expect(theirs).toContainText('Согласовано')

  // The asker's open page hears of it.
  await expect(mine).toContainText('Согласовано')
  await mine.getByRole('button', { name: 'Показать адрес' }).click()
  // The people of the demo have no addresses.
  await expect(mine.getByText('Адреса здесь нет', { exact: false })).toBeVisible()
  if (process.env['SCREENS']) await screens(asker.page, 'approvals-open')
  for (const { context } of [asker, decider]) await context.close()
})

test('the log leaves as a file once a colleague has agreed; one’s own ask is taken back', async ({ browser }) => {
  test.setTimeout(180_000)
  const [asker, decider] = [await visitor(browser), await visitor(browser)]
  await enterAs(asker.page, only('auditor'))
  await nothingAsked(asker.page)
  const askFor = async (why: string) => {
    await open(asker.page, '/desk/audit')
    await asker.page.getByRole('link', { name: 'Взять файлом' }).click()
    const dialog = asker.page.getByRole('dialog', { name: 'Взять журнал файлом' })
    await dialog.getByLabel('Зачем').fill(why)
    await dialog.getByRole('button', { name: 'Попросить согласия' }).click()
    await expect(dialog).toBeHidden()
    return asker.page.getByRole('article').filter({ hasText: why })
  }
  const first = await askFor(`Проверка, первая ${crypto.randomUUID()}`)
  await checkFits(asker.page)
  await checkAxeHere(asker.page, 'approvals, waiting')
  await first.getByRole('button', { name: 'Отозвать запрос' }).click()
  await expect(first).toContainText('Отозвано')

  const second = await askFor(`Проверка, вторая ${crypto.randomUUID()}`)
  await enterAs(decider.page, admin)
  await open(decider.page, '/desk/approvals')
  await decider.page.getByRole('article').filter({ hasText: 'Проверка, вторая' }).getByRole('button', { name: 'Отказать' }).first().click()
  const no = decider.page.getByRole('dialog', { name: 'Отказать коллеге' })
  await no.getByRole('button', { name: 'Отказать' }).click()
  await expect(no.getByText('Напишите, почему').first()).toBeVisible()
  await no.getByLabel('Почему отказано').fill('Хватит одной недели: возьмите с понедельника')
  await checkFits(decider.page)
  await checkAxe(decider.page, 'approvals, refusing')
  await no.getByRole('button', { name: 'Отказать' }).click()
  await expect(second).toContainText('Отказано')
  await expect(second).toContainText('Хватит одной недели: возьмите с понедельника')

  const why = `Проверка заказчика ${crypto.randomUUID()}`
  const mine = await askFor(why)
  const theirs = decider.page.getByRole('article').filter({ hasText: why })
  await theirs.getByRole('button', { name: 'Согласиться' }).click()
  await expect(mine).toContainText('Согласовано')
  const download = asker.page.waitForEvent('download')
  await mine.getByRole('button', { name: 'Скачать журнал' }).click()
  const file = await download
  expect(file.suggestedFilename()).toMatch(/^audit-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/)
  const text = await readFile(await file.path(), 'utf8')
  expect(text).toContain('id,at,actor,actor_name,actor_role,action,subject,resource,detail,sequence,hash')
  expect(text).toContain('approvals.agree')
  if (process.env['SCREENS']) await screens(asker.page, 'approvals-refused')
  for (const { context } of [asker, decider]) await context.close()
})

test('whose matter it is not sees neither the screen nor the door to it', async ({ page }) => {
  await enterAs(page, only('support'))
  await open(page, '/desk/live')
  await expect(page.getByRole('link', { name: 'Согласие двоих' })).toHaveCount(0)
  await page.goto('/desk/approvals')
  await expect(page).toHaveURL(/\/desk\/live/)
  await expect(page.getByText('Эта страница открывается не для ваших ролей')).toBeVisible()
  await expect(ask(page, 'GET', '/api/approvals')).rejects.toThrow('403')
})
