// After a consultation: the rating, the questions about safety, a note, booking again, and who looked into one's record.
import type { Browser } from '@playwright/test'
import { checkAxeHere, enterById } from './employee'
import { checkFits, checkTree, expect, open, screens, test } from './harness'
import { withUnrated } from './past'
import { ask, enterAs, visitor } from './people'

/** The safety role finds what was written, takes it and closes it; support is not even shown that it exists. */
async function safetyHandles(browser: Browser, specialist: string, words: string): Promise<void> {
  const { page, context } = await visitor(browser)
  await enterAs(page, ({ kind, capabilities }) => kind === 'staff' && !capabilities.includes('safety'))
  await expect(ask(page, 'GET', '/api/safety-reports')).rejects.toThrow('403')

  await enterAs(page, ({ kind, capabilities }) => kind === 'staff' && capabilities.includes('safety'))
  await open(page, '/desk/safety')
  const rows = page.getByRole('table', { name: 'Безопасность' }).getByRole('row').filter({ hasText: specialist }).filter({ hasText: 'Есть ответ «да»' })
  await expect(rows.first()).toBeVisible()
  expect(await page.locator('main').innerText(), 'the list says nothing of the content').not.toContain(words)
  // One opening is one line in the person's record.
  const asked: string[] = []
  page.on('request', (request) => { if (request.method() === 'GET' && /\/api\/safety-reports\/[0-9a-f-]{36}$/.test(request.url())) asked.push(request.url()) })
  await rows.last().getByRole('link').click()
  await expect(page.getByText(words)).toBeVisible()
  await page.waitForLoadState('networkidle')
  expect(asked).toHaveLength(1)
  await page.getByRole('button', { name: /^Взять в работу|^Забрать/ }).click()
  await page.getByRole('button', { name: 'Закрыть обращение' }).click()
  await expect(page.getByText('Напишите, что сделано.').first()).toBeVisible()
  await checkFits(page)
  await checkAxeHere(page, 'safety report')
  await page.getByLabel('Решение').fill('Поговорили, нарушения нет.')
  await page.getByRole('button', { name: 'Закрыть обращение' }).click()
  await expect(page.getByText('Поговорили, нарушения нет.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Закрыть обращение' })).toHaveCount(0)
  await context.close()
}

test.use({ allowedErrors: /status of 404/ })

test('a past consultation is rated, answered for and remembered, and the next one is near', async ({ page, browser }) => {
  test.setTimeout(240_000)
  const { person, visit } = await withUnrated(page)
  const words = `Ничего страшного, проверяю ${String(Date.now())}`
  await open(page, '/sessions?when=past')
  await page.locator(`a[href="/sessions/${visit.id}"]`).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Консультация', exact: true })).toBeVisible()
  await page.getByRole('link', { name: 'Оценка и записи для себя' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'После консультации' })).toBeVisible()

  await page.setViewportSize({ width: 390, height: 844 })
  await checkTree(page, 'employee-after', 'main')
  await checkFits(page)
  if (process.env['SCREENS']) await screens(page, 'employee-after')
  await checkAxeHere(page, 'after')

  // Nothing is chosen beforehand, and nothing is sent without a choice.
  await page.getByRole('button', { name: 'Отправить оценку' }).click()
  await expect(page.getByText('Выберите оценку.').first()).toBeVisible()
  await page.getByRole('radio', { name: 'Оценка 4 из 5' }).click({ force: true })
  await page.getByLabel('Несколько слов специалисту').fill('Стало спокойнее')
  await page.getByRole('button', { name: 'Отправить оценку' }).click()
  await expect(page.getByText('Спасибо, оценка сохранена.')).toBeVisible()

  // The questions are one answer for most people; who says that something was marks what, or tells it in words.
  await page.getByRole('button', { name: 'Что-то было' }).click()
  await page.getByRole('button', { name: 'Отправить сотруднику по безопасности' }).click()
  await expect(page.getByText('Отметьте хотя бы одно').first()).toBeVisible()
  await page.getByRole('checkbox', { name: 'отвлекался', exact: false }).click({ force: true })
  await page.getByLabel('Что произошло').fill(words)
  await page.getByRole('button', { name: 'Отправить сотруднику по безопасности' }).click()
  await expect(page.getByText('Ответы о безопасности сохранены', { exact: false })).toBeVisible()
  // The answers cannot be opened again, not even here.
  await page.reload()
  await expect(page.getByText('Ответы о безопасности сохранены', { exact: false })).toBeVisible()
  await expect(page.getByText(words)).toHaveCount(0)

  await safetyHandles(browser, visit.specialist.display_name, words)

  // A note for oneself is kept while it is written.
  await page.getByText('Записать что-то для себя').click()
  await page.getByLabel('Заметка для себя').fill('Вернуться к разговору о сне')
  await expect(page.getByText('Сохранено', { exact: false })).toBeVisible()
  await page.reload()
  await page.getByText('Ваша заметка для себя').click()
  await expect(page.getByLabel('Заметка для себя')).toHaveValue('Вернуться к разговору о сне')

  // The specialist opens the record; the person sees it.
  const specialist = await visitor(browser)
  await enterById(specialist.page, visit.specialist.id)
  await ask(specialist.page, 'GET', `/api/clients/${person}`)
  await specialist.context.close()
  await open(page, '/privacy')
  await expect(page.getByRole('list', { name: 'Кто открывал мою запись' }).getByRole('listitem').first()).toContainText(visit.specialist.display_name)
  await expect(page.getByText('Работодатель не узнает, что вы здесь', { exact: false })).toBeVisible()
  await checkFits(page)
  if (process.env['SCREENS']) await screens(page, 'employee-privacy')
  await checkAxeHere(page, 'privacy')

  // Book again leads to the same person's times.
  await open(page, `/sessions/${visit.id}/after`)
  await page.getByRole('link', { name: /^Записаться ещё раз/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: visit.specialist.display_name })).toBeVisible()
})
