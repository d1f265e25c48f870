// Messages between an employee and a specialist, live in two browsers.
import type { Page } from '@playwright/test'
import { book, categoryOf, enterById, leaveNothing, newcomer, somebodyFree } from './employee'
import { expect, open, test } from './harness'
import { visitor } from './people'

const log = (page: Page) => page.locator('main').getByRole('log')
const field = (page: Page) => page.getByRole('textbox', { name: 'Ваше сообщение' })

async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text)
  await page.getByRole('button', { name: 'Отправить', exact: true }).click()
  await expect(log(page)).toContainText(text)
  await expect(field(page)).toHaveValue('')
}

test.describe('also over a lost connection', () => {
  test.use({ allowedErrors: /ERR_FAILED/ })

  test('two people write to each other and see it at once', async ({ page, browser }) => {
    test.setTimeout(240_000)
    await newcomer(page)
    await open(page, '/messages')
    await expect(page.getByText('Когда вы запишетесь на консультацию', { exact: false })).toBeVisible()
    const category = await categoryOf(page, 'psychologist')
    const somebody = await somebodyFree(page, category)
    const booked = await book(page, category, somebody.id, somebody.starts.at(-1) ?? '')

    await open(page, `/sessions/${booked.id}`)
    await page.getByRole('button', { name: 'Написать специалисту' }).click()
    await expect(page.getByRole('heading', { level: 1, name: somebody.name })).toBeVisible()
    await expect(page.getByText('Переписку читаете только вы и ваш собеседник', { exact: false })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Отправить', exact: true })).toBeDisabled()

    // The specialist's list tells of it without a reload.
    const specialist = await visitor(browser)
    await enterById(specialist.page, somebody.id)
    await open(specialist.page, '/work/messages')
    await say(page, 'Здравствуйте. Можно начать с темы сна?')
    const row = specialist.page.getByRole('listitem').filter({ hasText: 'Тихий чай' }).filter({ hasText: 'новое' }).first()
    await row.getByRole('link').click()
    await expect(log(specialist.page)).toContainText('Можно начать с темы сна?')
    await expect(page.getByText('Прочитано')).toBeVisible()

    await say(specialist.page, 'Конечно, начнём с него: https://example.org/сон.')
    await expect(log(page)).toContainText('Конечно, начнём с него')
    await expect(log(page).getByRole('link')).toHaveAttribute('href', 'https://example.org/сон')
    await expect(log(page).getByRole('link')).toHaveAttribute('rel', 'noopener noreferrer')

    // What could not be sent stays in the field; the second try says it once.
    let sent = 0
    await page.route('**/api/threads/*/messages', async (route) => {
      if (route.request().method() === 'POST') sent += 1
      if (route.request().method() !== 'POST' || sent > 1) return route.continue()
      await route.fetch()
      return route.abort()
    })
    await field(page).fill('Спасибо')
    await page.getByRole('button', { name: 'Отправить', exact: true }).click()
    await page.getByRole('button', { name: 'Отправить ещё раз' }).click()
    await expect(field(page)).toHaveValue('')
    await expect(log(specialist.page).getByText('Спасибо', { exact: true })).toHaveCount(1)
    await expect(log(page).getByText('Спасибо', { exact: true })).toHaveCount(1)

    // Enter begins a line, and with Ctrl it sends: nothing half said leaves by mistake.
    await field(page).fill('Ещё одно')
    await field(page).press('Enter')
    await page.keyboard.type('напишу позже')
    await expect(field(page)).toHaveValue('Ещё одно\nнапишу позже')
    await field(page).press('Control+Enter')
    await expect(field(page)).toHaveValue('')
    await expect(log(page)).toContainText('напишу позже')

    await leaveNothing(page)
    await specialist.context.close()
  })
})
