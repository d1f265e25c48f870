// From the search to a booked consultation, and out of it again; and everything that can come in between.
import type { Page } from '@playwright/test'
import { anAddress, book, calendarOf, categoryOf, checkAxeHere, countTaps, enterById, hold, leaveNothing, mailTo, newcomer, somebodyFree, upcoming } from './employee'
import { checkFits, checkTree, expect, open, screens, test } from './harness'
import { ask, visitor } from './people'

/** A time on a card or a page: its name ends with the hour. */
const times = (within: Page | ReturnType<Page['locator']>) => within.getByRole('button', { name: /\d\d:\d\d$/ })
const sheet = (page: Page) => page.getByRole('dialog')
const heading = (page: Page, name: string) => expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
const rule = /Бесплатно перенести или отменить можно до:/

test('who knows what they want books within a minute and six taps of signing in', async ({ page }) => {
  const taps = await countTaps(page)
  await open(page, '/sign-in')
  const began = Date.now()
  await page.getByRole('button', { name: /Сова 4/ }).click()
  await heading(page, 'Сегодня')
  await page.getByRole('navigation').getByRole('link', { name: 'Найти' }).click()
  await page.getByRole('button', { name: 'Сон', exact: true }).click()
  const first = page.getByRole('article').filter({ hasText: 'Работает с темой «Сон»' }).first()
  await times(first).last().click()
  await sheet(page).getByRole('button', { name: 'Записаться' }).click()
  await heading(page, 'Консультация')
  expect(await taps()).toBeLessThanOrEqual(6)
  expect(Date.now() - began).toBeLessThan(60_000)
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  const { policy } = await ask<{ policy: { counts_now: boolean } }>(page, 'GET', `/api/appointments/${id}`)
  await ask(page, 'POST', `/api/appointments/${id}/cancel`, { expects_counted: policy.counts_now })
})

test('where only the other wishes keep a topic’s specialists away, that is said, and one press lets those wishes go', async ({ page }) => {
  await newcomer(page)
  const category = await categoryOf(page, 'psychologist')
  const wishes = category.topics.flatMap((topic) => ['female', 'male'].flatMap((gender) => ['kk', 'en'].flatMap((language) => ['morning', 'evening'].map((time) => ({ topic, gender, language, time })))))
  // Who is there and when is the demo's to know: some wish leaves somebody, but nobody who works with the topic.
  const answers = wishes.map(async ({ topic, gender, language, time }) => ask<{ total: number; topics?: string }>(page, 'POST', '/api/find', { category_id: category.id, topics: [topic.id], gender, language, time_of_day: time }))
  const found = (await Promise.all(answers)).findIndex((one) => one.total > 0 && one.topics === 'elsewhere')
  const wish = wishes[found]
  if (!wish) throw new Error('every wish of the demo is met')
  await open(page, `/find?category=${category.id}&gender=${wish.gender}&language=${wish.language}&time=${wish.time}`)
  await page.getByRole('button', { name: wish.topic.name, exact: true }).click()
  await expect(page.getByText('С этой темой работают другие специалисты', { exact: false })).toBeVisible()
  await page.getByRole('button', { name: 'Оставить только тему' }).click()
  await expect(page.getByRole('article').first()).toContainText(`Работает с темой «${wish.topic.name}»`)
  await expect(page.getByText('С этой темой работают другие специалисты', { exact: false })).toHaveCount(0)
})

test('"back" closes the sheet, gives the time back and stays on the page', async ({ page }) => {
  await newcomer(page)
  await open(page, '/find')
  await page.getByRole('article').first().getByRole('link').first().click()
  await expect(page).toHaveURL(/\/find\/./)
  // The address comes first; until the page does, the times are those of the list.
  await expect(page.getByRole('heading', { name: 'Свободное время' })).toBeVisible()
  const there = page.url()
  const released = page.waitForResponse((answer) => answer.request().method() === 'DELETE' && answer.url().includes('/api/holds/'))
  await times(page.locator('main')).first().click()
  await expect(sheet(page).getByRole('timer')).toBeVisible()
  await page.goBack()
  await expect(sheet(page)).toBeHidden()
  expect((await released).ok()).toBe(true)
  expect(page.url()).toBe(there)
  await page.goBack()
  await heading(page, 'Кто может помочь')
})

test('a page loaded anew says which time is held', async ({ page }) => {
  await newcomer(page)
  await open(page, '/find')
  await times(page.getByRole('article').first()).last().click()
  await expect(sheet(page).getByRole('timer')).toBeVisible()
  await expect(page.locator('main').getByText('Время держится за вами')).toHaveCount(0)
  await page.reload()
  await expect(page.locator('main').getByText(/^Время держится за вами: /)).toBeVisible()
  await page.locator('main').getByRole('link', { name: 'Посмотреть и решить' }).click()
  await expect(page).toHaveURL(/\/sessions\/[0-9a-f-]+$/)
  // It has no room yet: the link to it leads to where it is booked.
  await page.goto(page.url().replace('/sessions/', '/call/'))
  await page.getByRole('button', { name: 'Не нужно, освободить время' }).click()
  await heading(page, 'Консультации')
  await open(page, '/find')
  await expect(times(page.getByRole('article').first()).first()).toBeVisible()
  await expect(page.locator('main').getByText('Время держится за вами')).toHaveCount(0)
})

test('what one books the other sees at once, and so it is when it is called off', async ({ page, browser }) => {
  await newcomer(page)
  const category = await categoryOf(page, 'psychologist')
  const somebody = await somebodyFree(page, category)
  const specialist = await visitor(browser)
  await enterById(specialist.page, somebody.id)
  await open(specialist.page, '/work/day')
  await open(page, '/today')
  const start = somebody.starts[0] ?? ''
  // Neither screen is loaded anew from here on; by itself the day asks once a minute.
  const asked = specialist.page.waitForResponse((answer) => answer.url().includes('/api/schedule/calendar'), { timeout: 10_000 })
  const booked = await book(page, category, somebody.id, start)
  const { bookings } = (await (await asked).json()) as { bookings: { appointment_id: string }[] }
  expect(bookings.map((one) => one.appointment_id)).toContain(booked.id)
  await ask(specialist.page, 'POST', `/api/appointments/${booked.id}/cancel`, {})
  const told = page.getByRole('region', { name: 'Консультация отменена' })
  await expect(told).toContainText(somebody.name)
  await expect(told.getByRole('link', { name: 'Выбрать другое время' })).toBeVisible()
  await leaveNothing(page)
  await specialist.context.close()
})

test.describe('on a device of another zone', () => {
  test.use({ timezoneId: 'Asia/Vladivostok' })

  test('the zone of the times is named', async ({ page }) => {
    await newcomer(page)
    for (const address of ['/today', '/find', '/sessions']) {
      await open(page, address)
      await expect(page.locator('main').getByText('Время: Москва')).toBeVisible()
    }
  })
})

test('a consultation is found, held, booked, mailed, moved and called off, each with its rule before', async ({ page }) => {
  test.setTimeout(120_000)
  const email = anAddress()
  await newcomer(page, { email })
  const category = await categoryOf(page, 'psychologist')
  const somebody = await somebodyFree(page, category)

  // Filters narrow the list; the address keeps them.
  await open(page, '/find')
  await page.getByRole('radio', { name: 'Женщина' }).click()
  await page.getByRole('radio', { name: 'английский' }).click()
  await expect(page).toHaveURL(/gender=female/)
  await expect(page.getByRole('article').first()).toContainText('английский')
  await page.reload()
  await expect(page.getByRole('radio', { name: 'Женщина' })).toBeChecked()
  await page.getByRole('button', { name: 'Сбросить' }).click()
  await expect(page).not.toHaveURL(/gender/)

  // A specialist's page; kept close, they are found by the filter and told as a reason.
  await open(page, `/find/${somebody.id}?category=${category.id}`)
  await page.getByRole('button', { name: 'Сохранить' }).click()
  await expect(page.getByRole('button', { name: 'Сохранено' })).toBeVisible()
  await open(page, '/find')
  await page.getByText('Только сохранённые').click()
  await expect(page.getByRole('article')).toHaveCount(1)
  await expect(page.getByRole('article')).toContainText('Сохранено вами')

  // One tap holds; the conditions stand before the second.
  await open(page, `/find/${somebody.id}?category=${category.id}`)
  await page.getByRole('button', { name: 'Показать ещё' }).click()
  await times(page.locator('main')).last().click()
  await expect(sheet(page)).toContainText(somebody.name)
  await expect(sheet(page)).toContainText(rule)
  await expect(sheet(page).getByRole('timer')).toBeVisible()
  await expect(sheet(page)).toContainText(`После этой записи останется консультаций: ${String((category.benefit?.left ?? 0) - 1)}`)
  await sheet(page).getByRole('radio', { name: 'Голос' }).click({ force: true })
  await sheet(page).getByRole('button', { name: 'Записаться' }).click()
  await heading(page, 'Консультация')
  await expect(page.getByText('Запланирована')).toBeVisible()
  await expect(page.getByText('Голос')).toBeVisible()

  // The invitation is a calendar entry which tells nobody what it is about.
  const [booked] = await upcoming(page)
  if (!booked) throw new Error('nothing was booked')
  const stamp = (at: string) => new Date(at).toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
  const invitation = (await mailTo(page, email, 2))[0] ?? ''
  const subject = /<h2>(.*?)<\/h2>/.exec(invitation)?.[1] ?? ''
  expect(subject).not.toContain(somebody.name)
  const entry = calendarOf(invitation)
  expect(entry).toContain('METHOD:REQUEST')
  expect(entry).toContain(`DTSTART:${stamp(booked.starts_at)}`)
  expect(entry).not.toContain(somebody.name)

  // Moved: what is now stands above what will be.
  await page.getByRole('button', { name: 'Перенести' }).click()
  await expect(sheet(page)).toContainText('Сейчас:')
  await times(sheet(page)).nth(8).click()
  await sheet(page).getByRole('button', { name: /^Перенести: / }).click()
  await expect(sheet(page)).toBeHidden()
  await expect(page.getByText('Раньше было')).toBeVisible()
  const moved = (await upcoming(page)).find(({ status }) => status === 'booked')
  expect(moved?.starts_at).not.toBe(booked.starts_at)
  const second = calendarOf((await mailTo(page, email, 3))[0] ?? '')
  expect(second).toContain(`DTSTART:${stamp(moved?.starts_at ?? '')}`)
  expect(second).toMatch(/SEQUENCE:[1-9]/)

  // It is the next thing of the first screen.
  await open(page, '/today')
  await expect(page.getByRole('region', { name: 'Ближайшая консультация' })).toContainText(somebody.name)
  await page.getByRole('link', { name: 'Подробнее' }).click()

  // Called off: the rule above the button, the consequence in the question.
  await expect(page.getByText(rule)).toBeVisible()
  await page.getByRole('button', { name: 'Отменить консультацию' }).click()
  const question = page.getByRole('alertdialog')
  await expect(question).toContainText('Она не засчитается')
  await question.getByRole('button', { name: 'Отменить консультацию' }).click()
  await expect(page.getByText('отменили вы', { exact: false })).toBeVisible()
  expect(calendarOf((await mailTo(page, email, 4))[0] ?? '')).toContain('METHOD:CANCEL')
  expect((await categoryOf(page, 'psychologist')).benefit?.left).toBe(category.benefit?.left)

  // An old link to it tells what became of it, and leads on.
  await page.reload()
  await expect(page.getByText('Отменена')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Записаться снова' })).toBeVisible()
})

test.describe('when something comes in between', () => {
  test.use({ allowedErrors: /status of 4\d\d|ERR_FAILED|ERR_INTERNET_DISCONNECTED/ })

  test('a time that somebody else takes first is told, with other times at once', async ({ page, browser }) => {
    await newcomer(page)
    const category = await categoryOf(page, 'psychologist')
    const somebody = await somebodyFree(page, category)
    const other = await visitor(browser)
    await newcomer(other.page, { name: 'Другой' })
    await open(page, `/find/${somebody.id}?category=${category.id}`)
    await page.getByRole('button', { name: 'Показать ещё' }).click()
    const wholeDay = page.getByRole('button', { name: /^Показать весь день/ })
    while (await wholeDay.count() > 0) await wholeDay.first().click()
    const wanted = times(page.locator('main')).last()
    const name = (await wanted.getAttribute('aria-label')) ?? ''
    const index = await times(page.locator('main')).count() - 1
    const { starts } = await ask<{ starts: string[] }>(page, 'GET', `/api/specialists/${somebody.id}/slots?category=${category.id}&length=${String(category.lengths_min[0])}&from=${encodeURIComponent(new Date(Date.now()).toISOString())}&to=${encodeURIComponent(new Date(Date.now() + 30 * 24 * 3_600_000).toISOString())}`)
    // The page shows the times in order, from the first: the same index is the same time.
    const start = starts[index] ?? ''
    // The list on the screen is not refreshed by the live hint: the person is quicker.
    await page.route('**/api/specialists/*/slots*', (route) => route.abort())
    await book(other.page, category, somebody.id, start)
    await page.getByRole('button', { name, exact: true }).last().click()
    await expect(sheet(page)).toContainText('Что ещё есть рядом')
    await expect(sheet(page).getByRole('button', { name, exact: true })).toHaveCount(0)
    await page.unroute('**/api/specialists/*/slots*')
    await times(sheet(page)).last().click()
    await sheet(page).getByRole('button', { name: 'Записаться' }).click()
    await heading(page, 'Консультация')
    expect((await upcoming(page)).filter(({ status }) => status === 'booked')).toHaveLength(1)
    await leaveNothing(page)
    await leaveNothing(other.page)
    await other.context.close()
  })

  test('a hold that ran out is told, and the time can be chosen again', async ({ page }) => {
    await newcomer(page)
    await page.clock.install()
    await open(page, '/find')
    await times(page.getByRole('article').first()).last().click()
    await expect(sheet(page).getByRole('button', { name: 'Записаться' })).toBeVisible()
    await page.clock.fastForward('05:30')
    await expect(sheet(page)).toContainText('Пять минут прошли')
    await expect(sheet(page).getByRole('button', { name: 'Записаться' })).toBeHidden()
    await sheet(page).getByRole('button', { name: 'Выбрать другое время' }).click()
    await expect(sheet(page)).toBeHidden()
    await expect.poll(() => upcoming(page)).toEqual([])
  })

  test('a second tab which holds another time does not make two bookings', async ({ page, context }) => {
    await newcomer(page)
    const category = await categoryOf(page, 'psychologist')
    const somebody = await somebodyFree(page, category)
    await open(page, '/find')
    await times(page.getByRole('article').first()).last().click()
    await expect(sheet(page).getByRole('button', { name: 'Записаться' })).toBeVisible()
    const second = await context.newPage()
    await second.goto('/urgent')
    const held = await hold(second, category, somebody.id, somebody.starts.at(-1) ?? '')
    await sheet(page).getByRole('button', { name: 'Записаться' }).click()
    await expect(sheet(page).getByRole('status')).toBeVisible()
    await sheet(page).getByRole('button', { name: 'Выбрать другое время' }).click()
    await ask(second, 'POST', `/api/appointments/${held.id}/confirm`, {})
    expect((await upcoming(page)).map(({ id, status }) => [id, status])).toEqual([[held.id, 'booked']])
    await leaveNothing(page)
  })

  test('a connection lost while confirming, and a second try: one booking', async ({ page, context }) => {
    await newcomer(page)
    await open(page, '/find')
    await times(page.getByRole('article').first()).last().click()
    const confirm = sheet(page).getByRole('button', { name: 'Записаться' })
    await expect(confirm).toBeVisible()

    // Without a network nothing is sent, and the banner says so.
    await context.setOffline(true)
    await expect(page.getByText(/Нет (связи|интернета|сети)/).first()).toBeAttached()
    await context.setOffline(false)

    // The server books, the answer gets lost.
    let asked = 0
    await page.route('**/api/appointments/*/confirm', async (route) => {
      asked += 1
      if (asked > 1) return route.continue()
      await route.fetch()
      return route.abort()
    })
    await confirm.click()
    await expect(sheet(page).getByRole('status')).toBeVisible()
    await confirm.click()
    await heading(page, 'Консультация')
    expect(asked).toBe(2)
    expect((await upcoming(page)).map(({ status }) => status)).toEqual(['booked'])
    await leaveNothing(page)
  })

  test('a used-up benefit is told before and at the tap', async ({ page }) => {
    await newcomer(page)
    const category = await categoryOf(page, 'coach')
    const { id, starts } = await somebodyFree(page, category, 30)
    // Days apart, so that none stands in the other's way.
    const left = category.benefit?.left ?? 0
    const step = Math.floor(starts.length / (left + 1))
    for (let n = 0; n < left; n += 1) await book(page, category, id, starts[n * step] ?? '')
    await open(page, `/find?category=${category.id}`)
    await expect(page.getByText('Все консультации по этому направлению уже использованы', { exact: false })).toBeVisible()
    await times(page.getByRole('article').first()).first().click()
    await expect(sheet(page).getByRole('status')).toBeVisible()
    await expect(sheet(page).getByRole('button', { name: 'Записаться' })).toHaveCount(0)
    await leaveNothing(page)
  })
})

test.describe('addresses that lead nowhere', () => {
  test.use({ allowedErrors: /status of 4\d\d/ })

  test('what does not exist, and what is somebody else’s, look the same', async ({ page, browser }) => {
    await newcomer(page)
    const category = await categoryOf(page, 'psychologist')
    const somebody = await somebodyFree(page, category)
    const booked = await book(page, category, somebody.id, somebody.starts.at(-1) ?? '')
    const { page: stranger, context } = await visitor(browser)
    await newcomer(stranger, { name: 'Чужой' })
    const nobody = '01890000-0000-7000-8000-000000000001'
    for (const address of [`/sessions/${booked.id}`, `/sessions/${nobody}`, '/sessions/no-such', `/find/${nobody}`, `/sessions/${booked.id}/after`, `/messages/${nobody}`]) {
      await stranger.goto(address)
      await expect(stranger.getByRole('heading', { name: 'Здесь ничего нет' }), address).toBeVisible()
    }
    await leaveNothing(page)
    await context.close()
  })
})

test('a day with a long name does not push the page off a phone', async ({ page }) => {
  await newcomer(page)
  const category = await categoryOf(page, 'psychologist')
  const somebody = await somebodyFree(page, category)
  const booked = await book(page, category, somebody.id, somebody.starts[0] ?? '')
  // In three days: told with its weekday. The specialist's clock is another one, so it is told twice.
  const days = Math.round((Date.now() - Date.parse(booked.starts_at)) / 86_400_000) + 3
  const later = (starts: string) => new Date(Date.parse(starts) + days * 86_400_000).toISOString()
  const far = (one: { starts_at: string; ends_at: string; specialist: object }) => ({ ...one, starts_at: later(one.starts_at), ends_at: later(one.ends_at), specialist: { ...one.specialist, time_zone: 'Asia/Novokuznetsk' } })
  await page.route(`**/api/appointments/${booked.id}`, async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, json: far((await answer.json()) as Parameters<typeof far>[0]) })
  })
  await page.goto(`/sessions/${booked.id}`)
  await expect(page.getByRole('heading', { level: 2 }).first()).toContainText(/, \d+\s[а-я]+, \d\d:\d\d/)
  await checkFits(page)
  await leaveNothing(page)
})

test('the screens of booking speak to everybody', async ({ page }) => {
  test.setTimeout(240_000)
  await newcomer(page)
  await page.setViewportSize({ width: 390, height: 844 })
  const category = await categoryOf(page, 'psychologist')
  const somebody = await somebodyFree(page, category)
  const look = async (name: string) => {
    if (process.env['SCREENS']) await screens(page, `employee-${name}`)
    await checkTree(page, `employee-${name}`, name === 'book' ? '[role=dialog]' : 'main')
    await checkFits(page)
    await checkAxeHere(page, name)
  }
  await open(page, '/find')
  await look('find')
  await times(page.getByRole('article').first()).last().click()
  await expect(sheet(page).getByRole('button', { name: 'Записаться' })).toBeVisible()
  await look('book')
  await sheet(page).getByRole('button', { name: 'Выбрать другое время' }).click()
  await open(page, `/find/${somebody.id}?category=${category.id}`)
  await look('specialist')
  const booked = await book(page, category, somebody.id, somebody.starts.at(-1) ?? '')
  await open(page, '/today')
  await look('today')
  await open(page, '/sessions')
  await look('sessions')
  await open(page, `/sessions/${booked.id}`)
  await look('session')
  await page.getByRole('button', { name: 'Отменить консультацию' }).click()
  await expect(page.getByRole('alertdialog')).toMatchAriaSnapshot({ name: 'employee-cancel.aria.yml' })
  await leaveNothing(page)
})
