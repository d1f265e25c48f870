// The desk sees how the day goes, while it goes, and never who came.
import type { Page } from '@playwright/test'
import { checkAxe, checkAxeEverywhere, checkFits, checkTree, expect, open, screens, test } from './harness'
import { ask, enterAs, visitor, type DemoPerson } from './people'

interface Appointment { id: string }

const isSupport = (person: DemoPerson) => person.kind === 'staff' && person.capabilities.includes('support')

interface Room { id: string; specialist: DemoPerson; isNew: boolean }

const SOON_MS = 14.5 * 60_000

/** Books whichever specialist has a time within the next quarter of an hour (one is on duty day and night). */
async function bookSoon(employee: Page, specialists: DemoPerson[]): Promise<Room | undefined> {
  const now = Date.now()
  const span = `from=${new Date(now).toISOString()}&to=${new Date(now + 2 * 3_600_000).toISOString()}`
  for (const specialist of specialists) {
    const card = await ask<{ categories: { id: string; lengths_min: number[] }[] }>(employee, 'GET', `/api/specialists/${specialist.id}`)
    const [category] = card.categories
    const length = category?.lengths_min[0]
    if (category === undefined || length === undefined) continue
    const { starts } = await ask<{ starts: string[] }>(employee, 'GET', `/api/specialists/${specialist.id}/slots?category=${category.id}&length=${String(length)}&${span}`)
    const start = starts.find((at) => Date.parse(at) - now < SOON_MS)
    if (start === undefined) continue
    const { id } = await ask<Appointment>(employee, 'POST', '/api/appointments', { specialist_id: specialist.id, category_id: category.id, starts_at: start, length_min: length, format: 'video' })
    return { id, specialist, isNew: true }
  }
  return undefined
}

/** A room that is open already, of an earlier run or another journey. */
async function findOpen(desk: Page, specialists: DemoPerson[]): Promise<Room> {
  const at = (fromNow: number) => `${new Date(Date.now() + fromNow).toISOString().slice(0, 19)}Z`
  const { items } = await ask<{ items: { id: string; state: string; specialist_id: string }[] }>(desk, 'GET', `/api/operator/live?from=${at(-3_600_000)}&to=${at(SOON_MS)}`)
  const open = items.find((one) => ['open', 'overdue', 'employee_waits', 'specialist_waits', 'together'].includes(one.state))
  const specialist = specialists.find((one) => one.id === open?.specialist_id)
  if (!open || !specialist) throw new Error('no specialist is free within a quarter of an hour, and no room is open')
  return { id: open.id, specialist, isNew: false }
}

test('who comes and goes is seen at the desk at once, without a name', async ({ browser }) => {
  const [desk, a, b] = [await visitor(browser), await visitor(browser), await visitor(browser)]
  await enterAs(desk.page, isSupport)
  const employee = await enterAs(a.page, (p) => p.kind === 'employee')
  const specialists = (await ask<DemoPerson[]>(desk.page, 'GET', '/api/demo/people')).filter((p) => p.kind === 'specialist')
  const { id, specialist, isNew } = (await bookSoon(a.page, specialists)) ?? (await findOpen(desk.page, specialists))
  await enterAs(b.page, (p) => p.id === specialist.id)
  await open(desk.page, '/desk/live')
  const main = desk.page.getByRole('main')
  const row = main.getByRole('row').or(main.getByRole('article')).filter({ has: desk.page.locator(`a[href="/desk/bookings/${id}"]`) })
  await expect(row).toContainText(specialist.display_name)
  await expect(main).not.toContainText(employee.display_name)

  // No reload: the hint alone brings the new state.
  await ask(b.page, 'POST', `/api/calls/${id}/presence`, { sign: 'joined' })
  await expect(row).toContainText(/Специалист один|Идёт/)
  await ask(b.page, 'POST', `/api/calls/${id}/presence`, { sign: 'left' })
  await expect(row).not.toContainText('Специалист один')

  await main.getByRole('radio', { name: /^Отменены/ }).click()
  await expect(row).toHaveCount(0)
  await expect(desk.page).toHaveURL(/show=canceled/)
  await main.getByRole('radio', { name: /^Все/ }).click()
  await row.getByRole('link').click()
  await expect(desk.page.getByRole('heading', { level: 1, name: 'Запись' })).toBeVisible()
  if (isNew) await ask(desk.page, 'POST', `/api/operator/appointments/${id}/cancel`, { cause: 'service' })
  for (const { context } of [desk, a, b]) await context.close()
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
    one(8, '13:00', '13:50', 'canceled'),
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
