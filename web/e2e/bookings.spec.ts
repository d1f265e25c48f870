// Support helps somebody who called: finds the booking, moves it, calls it off, gives the session back.
import type { Page } from '@playwright/test'
import { checkAxe, checkAxeEverywhere, checkFits, checkTree, expect, open, screens, test } from './harness'
import { ask, enterAs, visitor, type DemoPerson } from './people'

interface Appointment { id: string; status: string; starts_at: string; moved_from?: string; is_counted: boolean }

const isSupport = (person: DemoPerson) => person.kind === 'staff' && person.capabilities.includes('support')

/** Books the specialist on duty for a few days from now. */
async function bookLater(employee: Page, specialistId: string): Promise<string> {
  const card = await ask<{ categories: { id: string }[] }>(employee, 'GET', `/api/specialists/${specialistId}`)
  const category = card.categories[0]?.id ?? ''
  const from = Date.now() + 4 * 24 * 3_600_000
  const span = `from=${new Date(from).toISOString()}&to=${new Date(from + 24 * 3_600_000).toISOString()}`
  const { starts } = await ask<{ starts: string[] }>(employee, 'GET', `/api/specialists/${specialistId}/slots?category=${category}&length=50&${span}`)
  const booked = await ask<Appointment>(employee, 'POST', '/api/appointments', { specialist_id: specialistId, category_id: category, starts_at: starts[0], length_min: 50, format: 'video' })
  return booked.id
}

test('a booking is found, moved and cancelled for somebody, with the consequence told before', async ({ browser }) => {
  test.setTimeout(120_000)
  const [desk, a] = [await visitor(browser), await visitor(browser)]
  await enterAs(desk.page, isSupport)
  const people = await ask<DemoPerson[]>(desk.page, 'GET', '/api/demo/people')
  const specialist = people.find((p) => p.kind === 'specialist')
  const employee = await enterAs(a.page, (p) => p.kind === 'employee')
  const id = await bookLater(a.page, specialist?.id ?? '')
  const { page } = desk
  await open(page, '/desk/bookings')

  // Nothing given, and something that is no number.
  await page.getByRole('button', { name: 'Найти' }).click()
  await expect(page.getByRole('alert')).toContainText('Укажите что-нибудь')
  await page.getByLabel('Номер записи или ссылка').fill('моя запись')
  await page.getByRole('button', { name: 'Найти' }).click()
  await expect(page.getByRole('alert')).toContainText('нет номера записи')

  // By the name the person goes by: that name does not come into the address.
  await page.getByLabel('Номер записи или ссылка').fill('')
  await page.getByLabel('Как представился человек').fill(employee.display_name)
  await page.getByLabel('Состояние').selectOption('booked')
  await page.getByRole('button', { name: 'Найти' }).click()
  const found = page.getByRole('table', { name: 'Найденные записи' }).locator(`a[href="/desk/bookings/${id}"]`)
  await expect(found).toBeVisible()
  expect(decodeURIComponent(page.url())).not.toContain(employee.display_name)
  await page.reload()
  await expect(found).toBeVisible()

  await found.click()
  await expect(page.getByRole('main')).toContainText(employee.display_name)
  await page.getByRole('button', { name: 'Перенести' }).click()
  const move = page.getByRole('dialog', { name: 'Перенести консультацию' })
  await expect(move).toContainText('Обоим придёт письмо')
  const time = move.getByRole('button', { name: /, \d\d:\d\d$/ }).last()
  await time.click()
  await move.getByRole('button', { name: /^Перенести на/ }).click()
  await expect(move).toContainText('Укажите причину')
  await move.getByLabel('Причина').selectOption('employee_asked')
  const before = await ask<Appointment>(a.page, 'GET', `/api/appointments/${id}`)
  expect(before.moved_from, 'nothing has changed yet').toBeUndefined()
  await move.getByRole('button', { name: /^Перенести на/ }).click()
  await expect(page.getByText('Было назначено')).toBeVisible()
  const moved = await ask<Appointment>(a.page, 'GET', `/api/appointments/${id}`)
  expect(moved.moved_from).toBe(before.starts_at)

  await page.getByRole('button', { name: 'Отменить консультацию' }).click()
  const cancel = page.getByRole('alertdialog', { name: 'Отменить консультацию?' })
  await expect(cancel).toContainText('не засчитается человеку')
  await cancel.getByRole('button', { name: 'Отменить консультацию' }).click()
  await expect(cancel).toContainText('Укажите причину')
  await cancel.getByLabel('Причина').selectOption('technical')
  await checkAxe(page)
  await cancel.getByRole('button', { name: 'Отменить консультацию' }).click()
  await expect(page.getByText('Отменила поддержка')).toBeVisible()
  await expect(page.getByText('Не засчитана', { exact: true })).toBeVisible()
  expect((await ask<Appointment>(a.page, 'GET', `/api/appointments/${id}`)).status).toBe('canceled')
  for (const { context } of [desk, a]) await context.close()
})

test('a counted session is given back once', async ({ page }) => {
  await enterAs(page, isSupport)
  const day = (daysAgo: number) => `${new Date(Date.now() - daysAgo * 24 * 3_600_000).toISOString().slice(0, 10)}T00:00:00Z`
  const { items } = await ask<{ items: Appointment[] }>(page, 'POST', '/api/operator/appointments/search', { status: 'completed', limit: 100, from: day(80), to: day(0) })
  const counted = items.find((one) => one.is_counted)
  if (!counted) throw new Error('the demo has no counted consultation left')
  await open(page, `/desk/bookings/${counted.id}`)
  await expect(page.getByText('Консультация засчитана', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Вернуть консультацию' }).click()
  const question = page.getByRole('alertdialog', { name: 'Вернуть консультацию человеку?' })
  await expect(question).toContainText('на одну консультацию больше')
  // Nothing is given back without a reason.
  await question.getByRole('button', { name: 'Вернуть консультацию' }).click()
  await expect(question.getByText('Укажите причину.')).toBeVisible()
  await question.getByLabel('Причина').selectOption('Технический сбой')
  await question.getByRole('button', { name: 'Вернуть консультацию' }).click()
  await expect(page.getByText('Была засчитана, возвращена человеку')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Вернуть консультацию' })).toHaveCount(0)
})

const booking = {
  id: '01890000-0000-7000-8000-000000000001', status: 'booked', format: 'video', starts_at: '2030-12-16T09:00:00Z', ends_at: '2030-12-16T09:50:00Z', length_min: 50,
  category: { id: '01890000-0000-7000-8000-0000000000c1', name: 'Психолог', icon: 'psychologist' },
  specialist: { id: '01890000-0000-7000-8000-0000000000aa', display_name: 'Вера Орлова', time_zone: 'Asia/Almaty' },
  client: { id: '01890000-0000-7000-8000-0000000000e1', display_name: 'Сова 4' }, is_counted: false,
  policy: { free_until: '2030-12-15T09:00:00Z', free_hours: 24, counts_now: false, may_move: true, may_cancel: true }, joins_from: '2030-12-16T08:45:00Z',
}

test('both screens read well in every dress', async ({ page }) => {
  test.setTimeout(120_000)
  await enterAs(page, isSupport)
  await open(page, '/desk/bookings')
  await checkTree(page, 'bookings')
  await checkFits(page)
  await checkAxeEverywhere(page, '/desk/bookings')
  await page.route('**/api/operator/appointments/search', (route) => route.fulfill({ json: { items: [booking] } }))
  await page.setViewportSize({ width: 1280, height: 860 })
  await open(page, '/desk/bookings?from=2030-12-16')
  await expect(page.getByRole('table')).toBeVisible()
  await checkAxe(page)
  await checkFits(page)
  await screens(page, 'bookings')
  await open(page, `/desk/bookings/${booking.id}`)
  await checkTree(page, 'booking')
  await checkFits(page)
  await screens(page, 'booking')
  await checkAxeEverywhere(page, `/desk/bookings/${booking.id}`)
})

test('a number that leads nowhere says so', async ({ page }) => {
  await enterAs(page, isSupport)
  await open(page, '/desk/bookings')
  await page.getByLabel('Номер записи или ссылка').fill('https://ponimau.example/sessions/01890000-0000-7000-8000-00000000ffff')
  await page.getByRole('button', { name: 'Найти' }).click()
  await expect(page.getByText('Такой записи нет')).toBeVisible()
  // Not the announcer of React Aria: it still names a field of the page that was left.
  await checkAxe(page, page.url(), 'main')
})
