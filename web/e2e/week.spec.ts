// A specialist sets the week, sees which bookings a change touches, and joins calendars in both directions.
import type { Page } from '@playwright/test'
import { checkAxe, checkAxeEverywhere, checkFits, expect, open, screens, test } from './harness'
import { ask, enterAs, visitor, type DemoPerson } from './people'

interface Settings {
  version: number
  time_zone: string
  rules: { days: string[]; start: string; end: string }[]
  overrides?: { date: string; intervals: unknown[] }[]
  leaves?: unknown[]
  travel?: { time_zone: string }[]
  buffer_after_min: number
  min_notice_min: number
  max_per_day?: number | null
  max_per_week?: number | null
}

/** A psychologist who is not on duty day and night, signed in, with an empty week. */
async function withEmptyWeek(page: Page): Promise<DemoPerson> {
  await page.goto('/urgent')
  const people = await ask<DemoPerson[]>(page, 'GET', '/api/demo/people')
  for (const person of people.filter((p) => p.kind === 'specialist').slice(1)) {
    await enterAs(page, (p) => p.id === person.id)
    const settings = await ask<Settings>(page, 'GET', '/api/schedule')
    if (settings.min_notice_min === 0 && settings.version === 1) continue
    await ask(page, 'PUT', '/api/schedule', { ...settings, time_zone: 'Europe/Moscow', rules: [], overrides: [], leaves: [], travel: [], buffer_before_min: 0, buffer_after_min: 0, min_notice_min: 60, max_per_day: null, max_per_week: null, max_minutes_per_day: null })
    return person
  }
  throw new Error('the demo has only one specialist')
}

const daily = { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], start: '09:00', end: '18:00', end_day_offset: 0 }

test.describe('the hours', () => {
  // A refusal by the server is a failed request to the browser.
  test.use({ allowedErrors: /status of 422/ })

  test('the week is set by hand, and what cannot be is told at its place', async ({ page }) => {
    await withEmptyWeek(page)
    await open(page, '/work/calendar?view=hours')
    await page.getByRole('button', { name: 'Добавить часы: Понедельник' }).click()
    await page.getByRole('button', { name: 'Понедельник — на все будни' }).click()
    const fill = async (label: string, value: string) => {
      await page.getByRole('textbox', { name: new RegExp(`^${label}`) }).fill(value)
      await page.keyboard.press('Tab')
    }
    await fill('Перерыв после, минут', '15')
    await fill('Запись не позже чем за, часов', '24')
    await fill('Консультаций в день, не больше', '6')
    await fill('Консультаций в неделю, не больше', '20')
    await page.getByRole('button', { name: 'Добавить отпуск' }).click()
    await page.getByRole('button', { name: 'Добавить поездку' }).click()
    const there = page.getByRole('combobox', { name: 'Часовой пояс' }).last()
    await expect(there).toHaveValue('Москва')
    await there.click()
    await there.press('Control+a')
    await there.pressSequentially('Алматы')
    await page.getByRole('option', { name: 'Алматы' }).click()

    // One day cannot have two kinds of hours.
    await page.getByRole('button', { name: 'Добавить день' }).click()
    await page.getByRole('button', { name: 'Добавить день' }).click()
    await page.getByRole('button', { name: 'Сохранить' }).click()
    await expect(page.getByRole('alert')).toBeVisible()
    await page.getByRole('button', { name: /^Убрать особый день/ }).last().click()
    await page.getByRole('button', { name: 'Сохранить' }).click()
    await expect(page.getByText('Расписание сохранено')).toBeVisible()

    const saved = await ask<Settings>(page, 'GET', '/api/schedule')
    expect(new Set(saved.rules.flatMap((rule) => rule.days))).toEqual(new Set(['mon', 'tue', 'wed', 'thu', 'fri']))
    expect(saved).toMatchObject({ buffer_after_min: 15, min_notice_min: 24 * 60, max_per_day: 6, max_per_week: 20, travel: [{ time_zone: 'Asia/Almaty' }] })
    expect([saved.leaves?.length, saved.overrides?.length]).toEqual([1, 1])
  })
})

test('a change of hours shows the bookings it touches, and they stay', async ({ browser }) => {
  const [own, client] = [await visitor(browser), await visitor(browser)]
  const { page } = own
  const me = await withEmptyWeek(page)
  const settings = await ask<Settings>(page, 'GET', '/api/schedule')
  await ask(page, 'PUT', '/api/schedule', { ...settings, rules: [daily] })
  const employee = await enterAs(client.page, (p) => p.kind === 'employee')
  const card = await ask<{ categories: { id: string; lengths_min: number[] }[] }>(client.page, 'GET', `/api/specialists/${me.id}`)
  const [category] = card.categories
  const length = category?.lengths_min[0] ?? 50
  const from = Date.now() + 6 * 24 * 3_600_000
  const span = `from=${new Date(from).toISOString()}&to=${new Date(from + 3 * 24 * 3_600_000).toISOString()}`
  const { starts } = await ask<{ starts: string[] }>(client.page, 'GET', `/api/specialists/${me.id}/slots?category=${category?.id ?? ''}&length=${String(length)}&${span}`)
  const wish = { specialist_id: me.id, category_id: category?.id, starts_at: starts[0], length_min: length, format: 'video' }
  const booked = await ask<{ id: string; starts_at: string }>(client.page, 'POST', '/api/appointments', wish)

  const date = new Date(Date.parse(booked.starts_at) + 3 * 3_600_000)
  const monday = new Date(date.getTime() - ((date.getUTCDay() + 6) % 7) * 86_400_000).toISOString().slice(0, 10)
  await open(page, `/work/calendar?view=week&week=${monday}`)
  const day = page.getByRole('region').filter({ hasText: employee.display_name })
  await day.getByRole('button', { name: /^Изменить часы/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: 'Закрыто' }).click({ force: true })
  await dialog.getByRole('button', { name: 'Сохранить' }).click()
  const question = page.getByRole('alertdialog', { name: 'Есть записи вне новых часов' })
  await expect(question).toContainText(employee.display_name)
  // Only the question: React Aria's announcer still names a field of the dialog before it.
  await checkAxe(page, page.url(), '[role=alertdialog]')
  await question.getByRole('button', { name: 'Сохранить часы' }).click()
  await expect(day).toContainText('Закрыто')
  await expect(day).toContainText(employee.display_name)
  await ask(page, 'POST', `/api/appointments/${booked.id}/cancel`, {})
  for (const { context } of [own, client]) await context.close()
})

test.describe('other calendars', () => {
  test.use({ allowedErrors: /status of 422/ })

  test('the secret address is made, read by a calendar, and revoked; an inner address is refused in words', async ({ page }) => {
    await enterAs(page, (p) => p.kind === 'specialist')
    const { subscription } = await ask<{ subscription?: unknown }>(page, 'GET', '/api/schedule/calendars')
    if (subscription) await ask(page, 'DELETE', '/api/schedule/subscription')
    await open(page, '/work/calendar?view=calendars')
    await page.getByRole('button', { name: 'Создать адрес' }).click()
    const address = await page.getByRole('textbox', { name: 'Секретный адрес', exact: true }).inputValue()
    const read = await page.request.get(address)
    expect([read.status(), (await read.text()).slice(0, 15)]).toEqual([200, 'BEGIN:VCALENDAR'])
    await page.getByRole('button', { name: 'Отключить адрес' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Отключить адрес' }).click()
    await expect(page.getByRole('button', { name: 'Создать адрес' })).toBeVisible()
    expect((await page.request.get(address)).status()).toBe(404)

    await page.getByRole('textbox', { name: 'Название' }).fill('Личный')
    await page.getByRole('textbox', { name: 'Секретный адрес iCal' }).fill('http://127.0.0.1/calendar.ics')
    await page.getByRole('button', { name: 'Добавить календарь' }).click()
    await expect(page.getByRole('alert')).toBeVisible()
    await expect(page.getByRole('textbox', { name: 'Секретный адрес iCal' })).toHaveAttribute('aria-invalid', 'true')
    await checkFits(page)
  })
})

test('the calendar reads well in every dress', async ({ page }) => {
  test.setTimeout(180_000)
  await enterAs(page, (p) => p.kind === 'specialist')
  for (const view of ['week', 'hours', 'calendars']) {
    await checkAxeEverywhere(page, `/work/calendar?view=${view}`)
    await checkFits(page)
    await screens(page, `calendar-${view}`)
  }
})
