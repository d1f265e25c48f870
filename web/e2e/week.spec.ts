// A specialist sets the week, draws in it, sees which bookings a change touches, and joins calendars in both directions.
import type { Locator, Page } from '@playwright/test'
import { checkAxe, checkAxeEverywhere, checkFits, expect, open, screens, test } from './harness'
import { ask, enterAs, visitor, type DemoPerson } from './people'

interface Settings {
  version: number
  time_zone: string
  rules: { days: string[]; start: string; end: string }[]
  overrides?: { date: string; intervals: { start: string; end: string }[] }[]
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
    await ask(page, 'PUT', '/api/schedule', { ...settings, time_zone: 'Europe/Moscow', rules: [], overrides: [], leaves: [], travel: [], buffer_before_min: 0, buffer_after_min: 0, min_notice_min: 60, max_per_day: null, max_per_week: null, max_minutes_per_day: null, rolling_days: 60 })
    // What an interrupted run left in the weeks that are drawn in.
    const { items } = await ask<{ items: { id: string; status: string; starts_at: string }[] }>(page, 'GET', '/api/appointments?when=upcoming&limit=100')
    for (const one of items.filter((booking) => booking.status === 'booked' && booking.starts_at.slice(0, 10) >= farMonday())) {
      await ask(page, 'POST', `/api/appointments/${one.id}/cancel`, {})
    }
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
    await fill('Пауза после, минут', '15')
    await fill('Запись не позже чем за, часов', '24')
    await fill('Консультаций в день, не больше', '6')
    await fill('Консультаций в неделю, не больше', '20')
    await page.getByRole('button', { name: 'Добавить отпуск' }).click()
    await page.getByRole('button', { name: 'Добавить поездку' }).click()
    const there = page.getByRole('combobox', { name: 'Часовой пояс' }).last()
    await expect(there).toHaveValue('Москва (UTC+3)')
    // Who goes to the capital looks for the capital, though the zone is named after another city; and need not wait for the list, which closes when
    // the page scrolls.
    await there.fill('астана')
    await there.press('Tab')
    await expect(there).toHaveValue(/^Алматы, Астана/)

    // One day cannot have two kinds of hours.
    await page.getByRole('button', { name: 'Добавить день' }).click()
    await page.getByRole('button', { name: 'Добавить день' }).click()
    await page.getByRole('button', { name: 'Сохранить' }).click()
    await expect(page.getByRole('button', { name: /^Дата: / })).toBeVisible()
    await page.getByRole('button', { name: /^Убрать особый день/ }).last().click()
    await page.getByRole('button', { name: 'Сохранить' }).click()
    await expect(page.getByText('Расписание сохранено')).toBeVisible()

    const saved = await ask<Settings>(page, 'GET', '/api/schedule')
    expect(new Set(saved.rules.flatMap((rule) => rule.days))).toEqual(new Set(['mon', 'tue', 'wed', 'thu', 'fri']))
    expect(saved).toMatchObject({ buffer_after_min: 15, min_notice_min: 24 * 60, max_per_day: 6, max_per_week: 20, travel: [{ time_zone: 'Asia/Almaty' }] })
    expect([saved.leaves?.length, saved.overrides?.length]).toEqual([1, 1])
  })
})

test('a date typed by hand is in the past for a moment, and stays', async ({ browser }) => {
  const { page, context } = await visitor(browser)
  await withEmptyWeek(page)
  await open(page, '/work/calendar?view=hours')
  const year = String(new Date().getFullYear() + 1)
  // Month by month the half-typed date passes through days that are over.
  for (const [button, label] of [['Добавить отпуск', 'Первый день'], ['Добавить день', 'Дата']] as const) {
    await page.getByRole('button', { name: button }).click()
    const date = page.getByRole('group', { name: label, exact: true }).last()
    await date.getByRole('spinbutton').first().focus()
    await page.keyboard.type(`1012${year}`)
    await expect(date, label).toHaveText(new RegExp(`10.*12.*${year}`))
  }
  await context.close()
})

/** The Monday of the week after the next, of which no day is past and all can be booked. */
function farMonday(): string {
  const today = new Date(Date.now() + 3 * 3_600_000)
  return new Date(today.getTime() + (14 - ((today.getUTCDay() + 6) % 7)) * 86_400_000).toISOString().slice(0, 10)
}
const later = (date: string, days: number) => new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10)
const spoken = (date: string) => new Intl.DateTimeFormat('ru', { day: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(date))
const dayOf = (page: Page, date: string) => page.getByRole('region', { name: spoken(date) })

/** A week so high that all of it is in sight. */
async function openWeek(page: Page, monday: string): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 1800 })
  await open(page, `/work/calendar?view=week&week=${monday}`)
}

/** With the mouse, in a day's column, between times that are found by the hours written at the side. */
async function drag(page: Page, day: Locator, from: string, to: string, before: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  const heightOf = async (time: string) => {
    const line = await page.getByText(`${time.slice(0, 2)}:00`, { exact: true }).boundingBox()
    const next = await page.getByText(`${String(Number(time.slice(0, 2)) + 1).padStart(2, '0')}:00`, { exact: true }).boundingBox()
    if (!line || !next) throw new Error(`${time} is not at the side of the week`)
    return line.y + ((next.y - line.y) * Number(time.slice(3))) / 60
  }
  const box = await day.boundingBox()
  if (!box) throw new Error('the day is not on the screen')
  const x = box.x + box.width / 2
  await page.mouse.move(x, await heightOf(from))
  await page.mouse.down()
  await page.mouse.move(x, await heightOf(to), { steps: 4 })
  await before()
  await page.mouse.up()
}

/** Books the first time that the specialist has on one of three days. */
async function bookWith(client: Page, specialist: string, from: string): Promise<{ id: string; starts_at: string }> {
  const card = await ask<{ categories: { id: string; lengths_min: number[] }[] }>(client, 'GET', `/api/specialists/${specialist}`)
  const [category] = card.categories
  const length = category?.lengths_min[0] ?? 50
  const span = `from=${from}T00:00:00Z&to=${later(from, 3)}T00:00:00Z`
  const address = `/api/specialists/${specialist}/slots?category=${category?.id ?? ''}&length=${String(length)}&${span}`
  const { starts } = await ask<{ starts: string[] }>(client, 'GET', address)
  const wish = { specialist_id: specialist, category_id: category?.id, starts_at: starts[0], length_min: length, format: 'video' }
  return ask(client, 'POST', '/api/appointments', wish)
}

test('drawn hours open: an employee sees the time; and they can be taken back', async ({ browser }) => {
  const [own, client] = [await visitor(browser), await visitor(browser)]
  const { page } = own
  const me = await withEmptyWeek(page)
  const monday = farMonday()
  const date = later(monday, 2)
  await openWeek(page, monday)
  const day = dayOf(page, date)
  await expect(day).toContainText('Закрыто')

  // A hand that trembles, and one that changes its mind, change nothing.
  await drag(page, day, '10:00', '10:03')
  await drag(page, day, '10:00', '13:00', () => page.keyboard.press('Escape'))
  await expect(page.getByRole('dialog')).toHaveCount(0)

  await drag(page, day, '12:10', '10:05', () => expect(day).toContainText('10:00–12:15'))
  const dialog = page.getByRole('dialog', { name: `Среда, ${spoken(date)}` })
  await expect(dialog.getByRole('radio', { name: `Только ${spoken(date)}` })).toBeChecked()
  await expect(dialog.getByRole('group', { name: 'До' })).toContainText('12')
  await dialog.getByRole('button', { name: 'Сохранить' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(day).toContainText('10:00–12:15')
  const saved = await ask<Settings>(page, 'GET', '/api/schedule')
  expect(saved).toMatchObject({ rules: [], overrides: [{ date, intervals: [{ start: '10:00', end: '12:15' }] }] })

  await enterAs(client.page, (p) => p.kind === 'employee')
  const card = await ask<{ categories: { id: string }[] }>(client.page, 'GET', `/api/specialists/${me.id}`)
  const { person } = await ask<{ person: { time_zone: string } }>(client.page, 'GET', '/api/me')
  const theirs = new Intl.DateTimeFormat('ru', { hour: '2-digit', minute: '2-digit', timeZone: person.time_zone }).format(new Date(`${date}T10:00+03:00`))
  await open(client.page, `/find/${me.id}?category=${card.categories[0]?.id ?? ''}`)
  await expect(client.page.locator('main').getByRole('button', { name: new RegExp(`${theirs}$`) })).toBeVisible()

  await page.getByRole('button', { name: 'Отменить', exact: true }).click()
  await expect(page.getByText('Прежние часы вернулись')).toBeVisible()
  await expect(day).toContainText('Закрыто')
  expect((await ask<Settings>(page, 'GET', '/api/schedule')).overrides ?? []).toEqual([])
  for (const { context } of [own, client]) await context.close()
})

test('hours made shorter by their edge, for every week: the bookings this touches are listed first, and stay', async ({ browser }) => {
  const [own, client] = [await visitor(browser), await visitor(browser)]
  const { page } = own
  const me = await withEmptyWeek(page)
  const settings = await ask<Settings>(page, 'GET', '/api/schedule')
  await ask(page, 'PUT', '/api/schedule', { ...settings, rules: [daily] })
  const employee = await enterAs(client.page, (p) => p.kind === 'employee')
  const monday = farMonday()
  const booked = await bookWith(client.page, me.id, monday)
  const date = new Date(Date.parse(booked.starts_at) + 3 * 3_600_000).toISOString().slice(0, 10)

  await openWeek(page, monday)
  const day = dayOf(page, date)
  await expect(day).toContainText(employee.display_name)
  await drag(page, day, '18:00', '09:15', () => expect(day).toContainText('09:00–09:15'))
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: /^Кажд/ }).click({ force: true })
  await dialog.getByRole('button', { name: 'Сохранить' }).click()
  const question = page.getByRole('alertdialog', { name: 'Есть записи вне новых часов' })
  await expect(question).toContainText(employee.display_name)
  // Nothing is saved before the answer.
  expect((await ask<Settings>(page, 'GET', '/api/schedule')).rules).toEqual([daily])
  await question.getByRole('button', { name: 'Сохранить часы' }).click()
  await expect(day).toContainText('09:00–09:15')
  await expect(day).toContainText(employee.display_name)
  const { rules } = await ask<Settings>(page, 'GET', '/api/schedule')
  expect(rules.map(({ days, start, end }) => `${String(days.length)} ${start}–${end}`)).toEqual(['6 09:00–18:00', '1 09:00–09:15'])
  await ask(page, 'POST', `/api/appointments/${booked.id}/cancel`, {})
  for (const { context } of [own, client]) await context.close()
})

test('the keyboard does the same: hours typed, a day closed, and what this touches', async ({ browser }) => {
  const [own, client] = [await visitor(browser), await visitor(browser)]
  const { page } = own
  const me = await withEmptyWeek(page)
  const monday = farMonday()
  const date = later(monday, 1)
  await openWeek(page, monday)
  const day = dayOf(page, date)
  const change = day.getByRole('button', { name: `Изменить часы: ${spoken(date)}` })
  const dialog = page.getByRole('dialog')
  await change.press('Enter')
  await dialog.getByRole('button', { name: /^Добавить часы/ }).press('Enter')
  await dialog.getByRole('group', { name: 'С', exact: true }).getByRole('spinbutton').first().press('1')
  await page.keyboard.type('130')
  await expect(dialog.getByRole('group', { name: 'С', exact: true })).toContainText('11')
  await dialog.getByRole('button', { name: 'Сохранить' }).press('Enter')
  await expect(day).toContainText('11:30–18:00')
  await expect(change).toBeFocused()

  const employee = await enterAs(client.page, (p) => p.kind === 'employee')
  const booked = await bookWith(client.page, me.id, date)
  await page.reload()
  await expect(day).toContainText(employee.display_name)
  await change.press('Enter')
  await dialog.getByRole('button', { name: 'Закрыть день' }).press('Enter')
  await expect(dialog).toContainText('Закрыто')
  await dialog.getByRole('button', { name: 'Сохранить' }).press('Enter')
  const question = page.getByRole('alertdialog', { name: 'Есть записи вне новых часов' })
  await expect(question).toContainText(employee.display_name)
  // Only the question: React Aria's announcer still names a field of the dialog before it.
  await checkAxe(page, page.url(), '[role=alertdialog]')
  await question.getByRole('button', { name: 'Сохранить часы' }).press('Enter')
  await expect(day).toContainText('Закрыто')
  await expect(day).toContainText(employee.display_name)
  await ask(page, 'POST', `/api/appointments/${booked.id}/cancel`, {})
  for (const { context } of [own, client]) await context.close()
})

test.describe('two who change the hours at once', () => {
  test.use({ allowedErrors: /status of 409|ERR_FAILED/ })

  test('the later is told, and nothing of the earlier is lost', async ({ page }) => {
    await withEmptyWeek(page)
    const monday = farMonday()
    await openWeek(page, monday)
    const day = dayOf(page, monday)
    await drag(page, day, '10:00', '12:00')
    const dialog = page.getByRole('dialog')
    await expect(dialog).toBeVisible()
    // Another device saves just before: the page is not told of it in time.
    await page.route('**/api/schedule', (route) => (route.request().method() === 'GET' ? route.abort() : route.fallback()))
    const settings = await page.context().request.get('/api/schedule').then((answer) => answer.json() as Promise<Settings>)
    await ask(page, 'PUT', '/api/schedule', { ...settings, rules: [daily] })
    await dialog.getByRole('button', { name: 'Сохранить' }).click()
    // Where other journeys have booked in the days before, that is asked about first.
    const question = page.getByRole('alertdialog', { name: 'Есть записи вне новых часов' })
    const refused = page.getByRole('alert').filter({ hasText: 'Расписание тем временем изменено в другом окне' })
    await expect(refused.or(question)).toBeVisible()
    if (await question.isVisible()) await question.getByRole('button', { name: 'Сохранить часы' }).click()
    await expect(refused).toBeVisible()
    await page.unroute('**/api/schedule')
    expect((await ask<Settings>(page, 'GET', '/api/schedule')).rules).toEqual([daily])
  })
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
    // A new address ends the old one in every calendar: asked first.
    await page.getByRole('button', { name: 'Заменить адрес новым' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Заменить адрес новым' }).click()
    await expect.poll(async () => (await page.request.get(address)).status()).toBe(404)
    const newer = await page.getByRole('textbox', { name: 'Секретный адрес', exact: true }).inputValue()
    expect((await page.request.get(newer)).status()).toBe(200)
    await page.getByRole('button', { name: 'Отключить адрес' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Отключить адрес' }).click()
    await expect(page.getByRole('button', { name: 'Создать адрес' })).toBeVisible()
    expect((await page.request.get(newer)).status()).toBe(404)

    await page.getByRole('textbox', { name: 'Название' }).fill('Личный')
    await page.getByRole('textbox', { name: 'Секретный адрес iCal' }).fill('http://127.0.0.1/calendar.ics')
    await page.getByRole('button', { name: 'Добавить календарь' }).click()
    await expect(page.getByRole('alert')).toBeVisible()
    await expect(page.getByRole('textbox', { name: 'Секретный адрес iCal' })).toHaveAttribute('aria-invalid', 'true')
    await checkFits(page)
  })
})

test('on a phone the week begins with today', async ({ page }) => {
  await enterAs(page, ({ kind }) => kind === 'specialist')
  await page.setViewportSize({ width: 390, height: 844 })
  await open(page, '/work/calendar?view=week')
  await expect(page.getByRole('main').getByRole('region').first()).toContainText('Сегодня')
  // No tab is cut.
  expect(await page.getByRole('tablist').evaluate((tabs) => tabs.scrollWidth - tabs.clientWidth)).toBe(0)
})

test('the week and the dialog of a day read well in every dress', async ({ page }) => {
  test.setTimeout(180_000)
  await enterAs(page, (p) => p.kind === 'specialist')
  const pencil = page.getByRole('button', { name: /^(Изменить часы|Сағаттарды өзгерту|Change hours)/ }).nth(2)
  const dialog = page.getByRole('dialog')
  await checkAxeEverywhere(page, `/work/calendar?view=week&week=${farMonday()}`, async () => {
    await pencil.click()
    await dialog.getByRole('radio').first().waitFor()
    await checkAxe(page, page.url(), '[role=dialog]')
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
  })
  await checkFits(page)
  await screens(page, 'calendar-week')
  await page.setViewportSize({ width: 390, height: 844 })
  await pencil.click()
  await dialog.getByRole('radio').first().waitFor()
  await checkFits(page)
  await screens(page, 'calendar-day')
})

test('hours and other calendars read well in every dress', async ({ page }) => {
  test.setTimeout(180_000)
  await enterAs(page, (p) => p.kind === 'specialist')
  for (const view of ['hours', 'calendars']) {
    await checkAxeEverywhere(page, `/work/calendar?view=${view}`)
    await checkFits(page)
    await screens(page, `calendar-${view}`)
  }
})
