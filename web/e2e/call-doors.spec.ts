// The doors of a call: too early, not yours, called off, opened twice, without devices, through closed networks. Each with a way on.
import { chromium, type Page } from '@playwright/test'
import { carried, control, enter, expectHeard, expectTalking, join, Pair, reachRelayBy, setClockOff, watchConnections } from './calls'
import { checkAxe, checkFits, expect as atOnce, screens, switchLang, test } from './harness'
import { ask, enterAs, visitor } from './people'

/** Two browsers that encode video are busy: patience, not a fixed wait. */
const expect = atOnce.configure({ timeout: 30_000 })
const MINUTE = 60_000
const HOUR = 60 * MINUTE

test.beforeEach(() => { test.setTimeout(240_000) })

test('too early: the door says when it opens, by the server and not by a clock an hour off', async ({ browser }) => {
  const pair = await Pair.meet(browser)
  const { page } = pair.employee
  const { id } = await pair.book(45 * MINUTE)
  const sees = async () => {
    await page.goto(`/call/${id}`)
    await expect(page.getByText('Войти можно за 15 минут до начала.')).toBeVisible()
    await expect(page.getByRole('timer')).toContainText(/(2\d|30):\d\d/)
    await expect(page.getByRole('link', { name: 'К моим консультациям' })).toBeVisible()
  }
  await sees()
  await expect(ask(page, 'POST', `/api/calls/${id}/access`, {})).rejects.toThrow('too_early_to_join')
  await setClockOff(page, HOUR)
  await sees()
  await pair.part()
})

test('what has begun is told as going on, not as coming', async ({ browser }) => {
  const pair = await Pair.meet(browser)
  const { page } = pair.employee
  await pair.book(20 * MINUTE)
  await page.clock.install()
  await page.goto('/today')
  await expect(page.getByRole('region', { name: 'Ближайшая консультация' })).toBeVisible()
  await page.clock.fastForward('25:00')
  await expect(page.getByRole('region', { name: 'Консультация идёт' }).getByRole('link', { name: 'Войти' })).toBeVisible()
  await pair.part()
})

test('a clock an hour off does not keep one out, nor does it change the time left', async ({ browser }) => {
  const pair = await Pair.meet(browser)
  const [a, b] = [pair.employee.page, pair.specialist.page]
  const { id } = await pair.book(5 * MINUTE)
  await setClockOff(a, -HOUR)
  await setClockOff(b, HOUR)
  for (const page of [a, b]) await watchConnections(page)
  await enter(a, id)
  await enter(b, id)
  await expectTalking(a, b)
  for (const page of [a, b]) await expect(page.getByTestId('time')).toContainText(/Начало через [456] минут/)

  await test.step('a second tab takes the call over; the first one can take it back', async () => {
    await control(a, 'Микрофон').click()
    const second = await pair.employee.context.newPage()
    await watchConnections(second)
    await enter(second, id)
    await expect(a.getByRole('heading', { name: 'Консультация открыта в другом месте' })).toBeVisible({ timeout: 20_000 })
    await expectTalking(second)
    await a.getByRole('button', { name: 'Продолжить здесь' }).click()
    // Straight on, with what was chosen: no device check, and the microphone is still off.
    await expect(control(a, 'Микрофон')).toHaveAttribute('aria-pressed', 'false')
    await control(a, 'Микрофон').click()
    await expect(second.getByRole('heading', { name: 'Консультация открыта в другом месте' })).toBeVisible({ timeout: 20_000 })
    await expectTalking(a)
    await second.close()
  })

  await test.step('called off: nobody stays, and the link says so', async () => {
    await ask(b, 'POST', `/api/appointments/${id}/cancel`, {})
    for (const page of [a, b]) await expect(page.getByRole('heading', { name: 'Консультация отменена' })).toBeVisible()
    // Picture and sound have stopped, and the relay lets nobody in again.
    const areClosed = () => a.evaluate(() => (globalThis as unknown as { seen: RTCPeerConnection[] }).seen.every((one) => one.connectionState === 'closed'))
    await expect.poll(areClosed).toBe(true)
    await expect(ask(a, 'POST', `/api/calls/${id}/access`, {})).rejects.toThrow('consultation_canceled')
    await a.goto(`/call/${id}`)
    await expect(a.getByRole('heading', { name: 'Консультация отменена' })).toBeVisible()
    await expect(a.getByRole('link', { name: 'К моим консультациям' })).toBeVisible()
  })
  await pair.part()
})

/** What each page asks the browser for, from before its own scripts. */
async function watchDevices(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const asked: string[] = []
    Object.assign(window, { asked })
    const { mediaDevices } = navigator
    const open = mediaDevices.getUserMedia.bind(mediaDevices)
    mediaDevices.getUserMedia = (wanted = {}) => {
      asked.push(...Object.entries(wanted).filter(([, one]) => one !== false && one !== undefined).map(([kind]) => kind))
      return open(wanted)
    }
  })
  return () => page.evaluate(() => [...new Set((globalThis as unknown as { asked: string[] }).asked)])
}

test('a written consultation: the room is the messages, and no device is touched', async ({ browser }) => {
  const pair = await Pair.meet(browser, {}, 'chat')
  const [a, b] = [pair.employee.page, pair.specialist.page]
  const asked = await watchDevices(a)
  const { id } = await pair.book(20_000)
  await a.goto(`/call/${id}`)
  await expect(a.getByText('ни камера, ни микрофон не включатся')).toBeVisible()
  await expect(a.getByRole('switch')).toHaveCount(0)
  await join(a)
  await expect(a.getByTestId('remote')).toContainText('Ещё не в комнате. Можно уже написать')
  await a.getByLabel(`Сообщение: ${pair.specialistName}`).fill('Мне проще писать')
  await a.getByRole('button', { name: 'Отправить' }).click()
  await enter(b, id)
  await expect(b.getByRole('log')).toContainText('Мне проще писать')
  for (const page of [a, b]) {
    await expect(page.getByTestId('remote')).toContainText('На связи', { timeout: 60_000 })
    await expect(page.getByRole('group', { name: 'Управление консультацией' }).getByRole('button')).toHaveText(['Настройки', 'Выйти'])
    await expect(page.getByTestId('self')).toHaveCount(0)
    await checkFits(page)
    await checkAxe(page, 'written')
  }
  await control(a, 'Настройки').click()
  await expect(a.getByRole('dialog').getByRole('button', { name: /Сверить слова|Экран/ })).toHaveCount(0)
  await a.getByRole('dialog').getByRole('button', { name: 'Закрыть' }).click()
  expect(await asked()).toEqual([])
  await endBy(b)
  for (const page of [a, b]) await expect(page.getByRole('heading', { name: 'Консультация завершена' })).toBeVisible()
  await pair.part()
})

test('a consultation by voice: heard and never seen', async ({ browser }) => {
  const pair = await Pair.meet(browser, {}, 'audio')
  const [a, b] = [pair.employee.page, pair.specialist.page]
  const asked = await watchDevices(a)
  const { id } = await pair.book(20_000)
  for (const page of [a, b]) await watchConnections(page)
  await enter(a, id)
  await expect(a.getByTestId('remote')).toContainText('Вы услышите друг друга')
  await enter(b, id)
  for (const page of [a, b]) {
    await expect(page.getByTestId('remote')).toContainText('На связи', { timeout: 60_000 })
    await expect(control(page, 'Микрофон')).toBeVisible()
    await expect(control(page, 'Камера')).toHaveCount(0)
    await expectHeard(page)
  }
  expect(await asked()).toEqual(['audio'])
  expect((await carried(b)).frames).toBe(0)

  await test.step('a browser that plays no sound before a touch: any touch will do, and the question goes', async () => {
    await keepSilent(a)
    await a.reload()
    const question = a.getByRole('button', { name: 'Нажмите, чтобы слышать' })
    await expect(question).toBeVisible({ timeout: 60_000 })
    await a.getByTestId('time').click()
    await expect(question).toHaveCount(0)
    expect(await a.getByTestId('voice').evaluate((voice: HTMLAudioElement) => voice.paused)).toBe(false)
  })

  await expect(b.getByTestId('time')).toContainText(/Остал/, { timeout: 150_000 })
  await control(b, 'Настройки').click()
  await b.getByRole('button', { name: '+ 5 минут' }).click()
  for (const page of [a, b]) await expect(page.getByText(/Консультация продлена до \d\d:\d\d/)).toBeVisible()
  await b.getByRole('dialog').getByRole('button', { name: 'Закрыть' }).click()
  // The header tells how much is left: the news does not stay over the face.
  await expect(a.getByText(/Консультация продлена до/)).toHaveCount(0, { timeout: 20_000 })

  await test.step('ended early: told by whom and for how long, and seen at once wherever it is shown', async () => {
    const [card, day] = [await pair.employee.context.newPage(), await pair.specialist.context.newPage()]
    await card.goto(`/sessions/${id}/after`)
    await expect(card.getByRole('heading', { level: 1, name: 'Во время консультации' })).toBeVisible()
    await card.goto(`/sessions/${id}`)
    await expect(card.getByText('Идёт сейчас')).toBeVisible()
    await day.goto('/work/day')
    await expect(day.getByRole('region', { name: 'Следующая консультация' }).getByText(pair.employeeName)).toBeVisible()
    await endBy(b, /Вместе вы были/)
    for (const page of [a, b]) await expect(page.getByRole('heading', { name: 'Консультация завершена' })).toBeVisible()
    await expect(a.getByText('Её завершил специалист')).toBeVisible()
    await expect(card.getByText('Закончилась раньше времени')).toBeVisible()
    const { starts_at: from, ends_at: to } = await ask<{ starts_at: string; ends_at: string }>(a, 'GET', `/api/appointments/${id}`)
    expect(Date.parse(to)).toBeLessThanOrEqual(Date.now())
    // In the person's own zone, whichever it is: hours apart, the minutes are the same.
    const minute = (at: string) => at.slice(14, 16)
    await expect(card.getByText(new RegExp(`^\\d\\d:${minute(from)}–\\d\\d:${minute(to)}$`))).toBeVisible()
    await expect(day.getByRole('listitem').filter({ hasText: pair.employeeName }).first()).toContainText('Закончилась раньше времени')
    for (const page of [card, day]) await page.close()
  })
  await pair.part()
})

/** As a phone after a reload: no sound before the person has touched the page. */
async function keepSilent(page: Page): Promise<void> {
  await page.addInitScript(() => {
    let isTouched = false
    addEventListener('pointerup', () => { isTouched = true }, true)
    new MutationObserver(() => { document.querySelector('audio')?.removeAttribute('autoplay') }).observe(document, { subtree: true, childList: true })
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its element below
    const { play } = HTMLMediaElement.prototype
    HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
      return isTouched || !(this instanceof HTMLAudioElement) ? play.call(this) : Promise.reject(new DOMException('no touch yet', 'NotAllowedError'))
    }
  })
}

/** The specialist ends what has begun, having read what that means. */
async function endBy(page: Page, meaning: string | RegExp = 'Если вместе быть меньше 10 минут, консультация не состоится'): Promise<void> {
  await expect(page.getByTestId('time')).toContainText(/Остал/, { timeout: 150_000 })
  await control(page, 'Выйти').click()
  await expect(page.getByRole('dialog')).toContainText(meaning)
  await page.getByRole('dialog').getByRole('button', { name: 'Завершить для обоих' }).click()
}

test('the specialist alone: ending while the client may still come costs the client nothing, and says so before', async ({ browser }) => {
  const pair = await Pair.meet(browser)
  const { page } = pair.specialist
  const { id } = await pair.book(20_000)
  await enter(page, id)
  await endBy(page, 'Если завершить раньше, консультация вернётся клиенту')
  await expect(page.getByText('Консультация была слишком короткой, чтобы состояться.')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Написать заметку' })).toHaveCount(0)
  expect(await ask(page, 'GET', `/api/appointments/${id}`)).toMatchObject({ outcome: 'cut_short', is_counted: false })
  await pair.part()
})

/** Tells `page` of the consultation at another time, as if that had passed, and with `more`: the real one takes an hour. */
async function tellOtherwise(page: Page, id: string, byMs: number, more: () => Record<string, unknown> = () => ({})): Promise<void> {
  for (const path of [`/api/calls/${id}`, `/api/calls/${id}/access`, `/api/appointments/${id}`]) {
    await page.route(`**${path}`, async (route) => {
      const response = await route.fetch()
      const told = (await response.json()) as Record<string, string>
      for (const at of ['opens_at', 'starts_at', 'ends_at', 'closes_at']) {
        if (told[at] !== undefined) told[at] = new Date(Date.parse(told[at]) + byMs).toISOString()
      }
      await route.fulfill({ response, json: { ...told, ...more() } })
    })
  }
}

test('alone past the end: door and room say until when, and what follows; afterwards, what became of it', async ({ browser }) => {
  const pair = await Pair.meet(browser)
  const { page } = pair.employee
  const { id, start } = await pair.book(5 * MINUTE)
  let became = {}
  await tellOtherwise(page, id, Date.now() - start.getTime() - 51 * MINUTE, () => became)
  const look = async (name: string) => {
    await checkFits(page)
    await checkAxe(page, name)
    if (process.env.SCREENS !== undefined) await screens(page, `call-${name}`)
    await switchLang(page, 'ru')
  }
  const isTold = async () => {
    await expect(page.getByText(/Комната открыта до \d\d:\d\d, но ждать не обязательно/)).toBeVisible()
    await expect(page.getByText('Если специалист так и не придёт, консультация не засчитается')).toBeVisible()
  }
  await page.goto(`/call/${id}`)
  await isTold()
  await look('overdue-door')
  await join(page)
  await expect(page.getByTestId('time')).toHaveText('Время вышло')
  await isTold()
  await look('overdue')

  // "Back" asks before it leads out, and takes back the question.
  await page.goBack()
  await expect(page.getByRole('dialog', { name: 'Выйти из комнаты?' })).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByTestId('time')).toBeVisible()

  became = { status: 'completed', outcome: 'specialist_absent', is_counted: false }
  await expect(page.getByRole('heading', { name: 'Консультация завершена' })).toBeVisible({ timeout: 40_000 })
  await expect(page.getByRole('status').filter({ hasText: 'Специалист не пришёл вовремя. Консультация не засчитана: она вернулась к вашим.' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Записаться снова' })).toHaveAttribute('href', /^\/find\/[0-9a-f-]{36}\?category=/)
  await expect(page.getByRole('link', { name: 'Как всё прошло?' })).toHaveCount(0)
  await look('absent')
  await pair.part()
})

test('a stranger does not find the room', async ({ browser }) => {
  const pair = await Pair.meet(browser)
  const { id } = await pair.book(5 * MINUTE)
  const stranger = await visitor(browser)
  await enterAs(stranger.page, (person) => person.kind === 'employee' && person.display_name !== pair.employeeName)
  await expect(ask(stranger.page, 'POST', `/api/calls/${id}/access`, {})).rejects.toThrow('404')
  for (const wrong of [id, '01890000-0000-7000-8000-000000000001', 'no-such']) {
    await stranger.page.goto(`/call/${wrong}`)
    await expect(stranger.page.getByRole('heading', { name: 'Здесь ничего нет' })).toBeVisible()
  }
  await stranger.context.clearCookies()
  await stranger.page.goto(`/call/${id}`)
  await expect(stranger.page).toHaveURL(/\/sign-in/)
  await stranger.context.close()
  await pair.part()
})

/** A browser as the test's own, but with other switches. */
const launch = (args: string[]) =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', ...args] })

test('without camera and with a refused microphone one enters, sees, and writes', async ({ browser, baseURL }) => {
  // No fake devices and nothing allowed: what a person has who answered "block" on a machine without a camera.
  const bare = await launch([])
  const pair = await Pair.meet(browser)
  const { id } = await pair.book(5 * MINUTE)
  const context = await bare.newContext({ baseURL, locale: 'ru-RU', permissions: [], storageState: await pair.employee.context.storageState() })
  const page = await context.newPage()
  await watchConnections(page)
  await page.goto(`/call/${id}`)
  await expect(page.getByText('Микрофон недоступен. Можно войти и писать')).toBeVisible()
  await expect(page.getByText('Камера недоступна. Можно войти без неё')).toBeVisible()
  await expect(page.getByText(/(Браузер не даёт микрофон|Микрофон не найден)/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Попробовать ещё раз' }).first()).toBeVisible()
  await join(page)
  await watchConnections(pair.specialist.page)
  await enter(pair.specialist.page, id)
  await expect(page.getByTestId('connection')).toContainText('Связь', { timeout: 30_000 })
  await expect.poll(async () => (await carried(page)).frames, { timeout: 30_000 }).toBeGreaterThan(5)
  await expect(pair.specialist.page.getByTestId('remote')).toContainText(`${pair.employeeName} Без камеры`)
  await control(page, 'Сообщения').click()
  await page.getByLabel(`Сообщение: ${pair.specialistName}`).fill('Меня не слышно, буду писать')
  await page.getByRole('button', { name: 'Отправить' }).click()
  await expect(control(pair.specialist.page, 'Сообщения')).toContainText('Есть новое сообщение')
  await bare.close()
  await pair.part()
})

test('where a network lets no UDP through, TCP and TLS carry the call', async ({ baseURL }) => {
  // The relay's certificate in a test is self-signed.
  const trusting = await launch(['--ignore-certificate-errors', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'])
  const pair = await Pair.meet(trusting, { baseURL, locale: 'ru-RU' })
  const [a, b] = [pair.employee.page, pair.specialist.page]
  const { id } = await pair.book(5 * MINUTE)
  const access = await ask<{ ice_servers: { urls: string[] }[] }>(a, 'POST', `/api/calls/${id}/access`, {})
  const urls = access.ice_servers.flatMap((server) => server.urls)
  const tls = urls.filter((url) => url.startsWith('turns:'))
  const tcp = urls.filter((url) => url.startsWith('turn:') && url.endsWith('transport=tcp'))
  expect(tcp).not.toEqual([])
  test.info().annotations.push({ type: 'relay', description: urls.join(' ') })
  await talkOver(a, tcp)
  // A deployment without a TLS address for its relay (PONIMAU_RELAY_TLS_LISTEN) offers none.
  await talkOver(b, tls.length > 0 ? tls : tcp)
  await enter(a, id)
  await enter(b, id)
  await expectTalking(a, b)
  expect((await carried(a)).protocol).toBe('tcp')
  expect((await carried(b)).protocol).toBe(tls.length > 0 ? 'tls' : 'tcp')
  await pair.part()
  await trusting.close()
})

async function talkOver(page: Page, urls: string[]): Promise<void> {
  await watchConnections(page)
  await reachRelayBy(page, () => urls)
}
