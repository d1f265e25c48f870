// The desk sees how the day goes, while it goes, and never who came.
import type { Page } from '@playwright/test'
import { Pair } from './calls'
import { checkAxe, checkAxeEverywhere, checkFits, checkTree, expect, open, screens, test } from './harness'
import { ask, enterAs, visitor, type DemoPerson } from './people'

const isSupport = (person: DemoPerson) => person.kind === 'staff' && person.capabilities.includes('support')

test('who comes and goes is seen at the desk at once, without a name', async ({ browser }) => {
  test.setTimeout(120_000)
  const desk = await visitor(browser)
  await enterAs(desk.page, isSupport)
  const pair = await Pair.meet(browser)
  const { id } = await pair.book(5 * 60_000)
  await open(desk.page, '/desk/live')
  const main = desk.page.getByRole('main')
  const link = desk.page.locator(`a[href="/desk/bookings/${id}"]`)
  const row = main.getByRole('row').filter({ has: link })
  await expect(row).toContainText(pair.specialistName)
  await expect(row).toContainText('Можно войти')
  await expect(main).not.toContainText(pair.employeeName)

  // No reload: the hint alone brings the new state.
  await ask(pair.specialist.page, 'POST', `/api/calls/${id}/presence`, { sign: 'joined' })
  await expect(row).toContainText('Специалист один', { timeout: 20_000 })
  await ask(pair.specialist.page, 'POST', `/api/calls/${id}/presence`, { sign: 'left' })
  await expect(row).toContainText('Можно войти', { timeout: 20_000 })

  await main.getByRole('radio', { name: /^Отменены/ }).click()
  await expect(row).toHaveCount(0)
  await expect(desk.page).toHaveURL(/show=canceled/)
  await main.getByRole('radio', { name: /^Все/ }).click()
  await row.getByRole('link').click()
  await expect(desk.page.getByRole('heading', { level: 1, name: 'Запись' })).toBeVisible()
  await pair.part()
  await desk.context.close()
})

const NOON = '2026-12-14T09:05:00Z'

/** A day with one of each kind, at five minutes past noon in Moscow. */
const day = () => {
  const at = (time: string) => `2026-12-14T${time}:00Z`
  const one = (n: number, from: string, to: string, state: string, more: object = {}) => ({
    id: `01890000-0000-7000-8000-00000000000${String(n)}`, starts_at: at(from), ends_at: at(to), format: 'video', specialist_id: '01890000-0000-7000-8000-0000000000aa',
    specialist_name: 'Вера Орлова', category_name: 'Психолог', state, ...more,
  })
  return { items: [
    one(1, '06:00', '06:50', 'ended', { outcome: 'held' }),
    one(2, '07:00', '07:50', 'ended', { outcome: 'employee_absent' }),
    one(3, '08:30', '09:20', 'together', { connection: 'connected' }),
    one(4, '09:00', '09:50', 'employee_waits', { alone_since: at('08:58'), connection: 'lost' }),
    one(5, '09:00', '09:50', 'overdue', { format: 'audio' }),
    one(6, '09:15', '10:05', 'specialist_waits', { alone_since: at('09:04') }),
    one(7, '12:00', '12:50', 'ahead', { format: 'chat' }),
    one(8, '06:30', '07:20', 'canceled'),
    one(9, '05:00', '05:23', 'ended', { outcome: 'held', planned_ends_at: at('05:50') }),
  ] }
}

async function pretendDay(page: Page, items: unknown[]): Promise<void> {
  await page.clock.setFixedTime(NOON)
  await page.route('**/api/me', async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, json: { ...((await answer.json()) as object), now: NOON } })
  })
  await page.route('**/api/operator/live?*', (route) => route.fulfill({ json: { items } }))
}

test('whoever waits alone for more than three minutes stands first', async ({ page }) => {
  await enterAs(page, isSupport)
  await pretendDay(page, day().items)
  await open(page, '/desk/live')
  const help = page.getByRole('region', { name: 'Нужна помощь' }).or(page.locator('section', { has: page.getByRole('heading', { name: 'Нужна помощь' }) })).first()
  await expect(help.getByRole('article')).toHaveCount(2)
  await expect(help.getByRole('article').first()).toContainText('Сотрудник один')
  await expect(help.getByRole('article').first()).toContainText('5 минут')
  // Early is not late: the specialist of a quarter past waits in the list.
  await expect(page.getByRole('row').filter({ hasText: 'Специалист один' })).toHaveCount(1)
  await expect(page.getByRole('radio', { name: 'Нужна помощь · 2' })).toBeVisible()
  await checkTree(page, 'live')
  await checkFits(page)
  await screens(page, 'live')
})

test('the screen reads well in every dress, full and empty', async ({ page }) => {
  test.setTimeout(120_000)
  await enterAs(page, isSupport)
  await pretendDay(page, day().items)
  await checkAxeEverywhere(page, '/desk/live')
  await page.route('**/api/operator/live?*', (route) => route.fulfill({ json: { items: [] } }))
  await open(page, '/desk/live')
  await expect(page.getByText('На сегодня консультаций нет')).toBeVisible()
  await checkAxe(page)
  await screens(page, 'live-empty')
})

test('who has no part in bookings has no such screen', async ({ page }) => {
  await enterAs(page, (person) => person.kind === 'staff' && !person.capabilities.some((one) => one === 'support' || one === 'admin'))
  await page.goto('/desk/live')
  await page.waitForURL((url) => url.pathname !== '/desk/live')
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Записи' })).toHaveCount(0)
})
