// Two real browsers hold a consultation through the relay of the running product.
import type { Locator, Page } from '@playwright/test'
import { LossyPath } from '../src/features/call/engine/browser/lossyPath'
import { carried, control, enter, expectTalking, join, Pair, reachRelayBy, watchConnections } from './calls'
import { expect as atOnce, test } from './harness'
import { ask } from './people'

/** Two browsers that encode video are busy: patience, not a fixed wait. */
const expect = atOnce.configure({ timeout: 30_000 })
const MINUTE = 60_000

test('a consultation, from the link to its end', async ({ browser }) => {
  test.setTimeout(240_000)
  const pair = await Pair.meet(browser)
  const [a, b] = [pair.employee.page, pair.specialist.page]
  const { id, start } = await pair.book(40_000)
  for (const page of [a, b]) await watchConnections(page)

  await test.step('the link of the consultation leads to the door; the check runs by itself', async () => {
    await a.goto(`/sessions/${id}`)
    await a.getByRole('link', { name: 'Войти', exact: true }).click()
    await expect(a.getByRole('heading', { level: 1 })).toHaveText(`Консультация: ${pair.specialistName}`)
    await expect(a.getByText(`${pair.specialistName} ещё не в комнате.`)).toBeVisible()
    await expect(a.getByText('Связь есть')).toBeVisible()
    // The fake microphone only beeps: whether a voice is heard is the unit tests' matter.
    await expect(a.getByText(/Скажите пару слов|Вас слышно/)).toBeVisible({ timeout: 20_000 })
    await expect(a.getByLabel('Вы', { exact: true })).toBeVisible()
  })

  await test.step('the waiting room tells the truth, on both sides of the door', async () => {
    await join(a)
    await expect(a.getByTestId('remote')).toContainText(`${pair.specialistName} Ещё не в комнате`)
    await b.goto(`/call/${id}`)
    await expect(b.getByText(`${pair.employeeName} уже в комнате.`)).toBeVisible()
    await join(b)
  })

  await test.step('picture and sound arrive on both sides, through the relay alone', async () => {
    await expectTalking(a, b)
    for (const page of [a, b]) {
      const { kinds, pair: used } = await carried(page)
      expect(kinds).toEqual(['relay'])
      expect(used).toEqual(['relay', 'relay'])
    }
  })

  await test.step('both read the same words', async () => {
    const read = async (page: Page) => {
      await control(page, 'Настройки').click()
      await page.getByRole('button', { name: 'Сверить слова' }).click()
      const words = await page.getByTestId('words').innerText()
      await page.getByRole('button', { name: 'Слова совпадают' }).click()
      return words
    }
    const words = await read(a)
    expect(words.split('\n')).toHaveLength(5)
    expect(await read(b)).toBe(words)
    for (const page of [a, b]) await expect(page.getByText('Слова сверены')).toBeVisible()
  })

  await test.step('muting and hiding are told', async () => {
    await control(a, 'Микрофон').click()
    await expect(control(a, 'Микрофон')).toHaveAttribute('aria-pressed', 'false')
    await expect(b.getByTestId('remote')).toContainText('Микрофон выключен')
    await control(a, 'Камера').click()
    await expect(b.getByTestId('remote')).toContainText(`${pair.employeeName} Без камеры`)
    await expect(pictureOf(b)).toBeHidden()
    await control(a, 'Микрофон').click()
    await control(a, 'Камера').click()
    await expectTalking(b)
    await expect(pictureOf(b)).toBeVisible()
  })

  await test.step('sound alone is told as the choice it is, rests the video of both, and gives it back', async () => {
    await control(a, 'Настройки').click()
    await a.getByRole('switch', { name: /^Только звук/ }).press('Space')
    await a.getByRole('dialog').getByRole('button', { name: 'Закрыть' }).click()
    await expect(a.getByTestId('remote')).toContainText(`${pair.specialistName} Видео выключено: вы выбрали «Только звук»`)
    await expect(a.getByTestId('self')).toHaveText('Только звук')
    await expect(control(a, 'Камера')).toHaveAttribute('aria-pressed', 'false')
    await expect(b.getByTestId('remote')).toContainText(`${pair.employeeName} Только звук, по своему выбору`)
    await expect(b.getByTestId('self')).toHaveText('Видео на паузе')
    await expect(b.getByText('Ваше видео сейчас не передаётся.', { exact: false })).toBeVisible()
    await expect(control(b, 'Камера')).toHaveAttribute('aria-pressed', 'false')
    for (const page of [a, b]) {
      // No last picture under the words, and the network is not to blame.
      await expect(pictureOf(page)).toBeHidden()
      await expect(page.getByText(/из-за сети|Сеть была слабой/)).toHaveCount(0)
      await expectCentred(page)
    }
    const before = (await carried(b)).sound
    await expect.poll(async () => (await carried(b)).sound).toBeGreaterThan(before)
    // A reload does not undo the choice.
    await a.reload()
    await expect(b.getByTestId('remote')).toContainText('Только звук, по своему выбору')
    await expect(a.getByTestId('remote')).toContainText('вы выбрали «Только звук»')
    await a.getByRole('button', { name: 'Вернуть видео' }).click()
    await expectTalking(a, b)
    for (const page of [a, b]) {
      await expect(pictureOf(page)).toBeVisible()
      await expect(page.getByTestId('self').locator('video')).toBeVisible()
      await expect(control(page, 'Камера')).toHaveAttribute('aria-pressed', 'true')
    }
  })

  await test.step('they write to each other, and it stays among the messages', async () => {
    const text = `Ссылка на дыхательное упражнение ${String(Date.now())}`
    await control(a, 'Сообщения').click()
    await a.getByLabel(`Сообщение: ${pair.specialistName}`).fill(text)
    await a.getByRole('button', { name: 'Отправить' }).click()
    await expect(a.getByRole('log', { name: /^Переписка/ })).toContainText(text)
    await expect(a.getByLabel(`Сообщение: ${pair.specialistName}`)).toHaveValue('')
    await expect(control(b, 'Сообщения')).toContainText('Есть новое сообщение')
    await control(b, 'Сообщения').click()
    await expect(b.getByRole('log', { name: /^Переписка/ })).toContainText(text)
    await b.getByRole('button', { name: 'Закрыть сообщения' }).click()
    await expect(control(b, 'Сообщения')).toBeFocused()
    await expect(control(b, 'Сообщения')).not.toContainText('Есть новое сообщение')
    const { threads } = await ask<{ threads: { id: string; with: { id: string } }[] }>(a, 'GET', '/api/threads?limit=100')
    const thread = threads.find((one) => one.with.id === pair.specialistId)
    const page = await ask<{ messages: { text: string }[] }>(a, 'GET', `/api/threads/${thread?.id ?? ''}/messages?limit=5`)
    expect(page.messages.at(-1)?.text).toBe(text)
  })

  await test.step('the specialist shows the screen', async () => {
    await control(b, 'Экран').click()
    await expect(b.getByText(`${pair.employeeName} видит ваш экран.`)).toBeVisible()
    const width = () => a.getByTestId('screen').locator('video').evaluate((video: HTMLVideoElement) => video.videoWidth)
    await expect.poll(width, { timeout: 20_000 }).toBeGreaterThan(100)
    await control(b, 'Экран').click()
    await expect(a.getByTestId('screen')).toHaveCount(0)
  })

  await test.step('a reload leads back into the call', async () => {
    await a.reload()
    await expectTalking(a, b)
  })

  await test.step('the specialist goes on longer, as far as both are free; both see it', async () => {
    await pair.take(new Date(start.getTime() + 60 * MINUTE))
    await control(b, 'Настройки').click()
    const settings = b.getByRole('dialog')
    await settings.getByRole('button', { name: '+ 15 минут' }).click()
    await expect(settings.getByText('На столько продлить сейчас нельзя', { exact: false })).toBeVisible()
    await settings.getByRole('button', { name: '+ 5 минут' }).click()
    await expect(settings.getByText(/Консультация продлена до \d\d:\d\d/)).toBeVisible()
    await settings.getByRole('button', { name: 'Закрыть' }).click()
    for (const page of [a, b]) await expect(page.getByTestId('time')).toContainText(/Осталось (55|54) минут/, { timeout: 150_000 })
  })

  await test.step('the employee leaves and comes back; the specialist sees both', async () => {
    await control(a, 'Выйти').click()
    await a.getByRole('dialog').getByRole('button', { name: 'Выйти' }).click()
    await expect(b.getByTestId('remote')).toContainText(`${pair.employeeName} Больше не в комнате`)
    await enter(a, id)
    await expectTalking(b)
  })

  await test.step('the specialist ends it for both', async () => {
    await control(b, 'Выйти').click()
    await b.getByRole('button', { name: 'Завершить для обоих' }).click()
    for (const page of [a, b]) await expect(page.getByRole('heading', { name: 'Консультация завершена' })).toBeVisible()
    await expect(a.getByRole('link', { name: 'Как всё прошло?' })).toHaveAttribute('href', `/sessions/${id}/after`)
    await expect(b.getByRole('link', { name: 'Написать заметку' })).toHaveAttribute('href', /^\/work\/clients\/[0-9a-f-]{36}$/)
    // The join log decides: together for less than ten minutes is cut short, and the session is given back.
    await expect.poll(async () => (await ask<{ status: string }>(a, 'GET', `/api/appointments/${id}`)).status).toBe('completed')
    for (const [page, whose] of [[a, 'к вашим'], [b, 'клиенту']] as const) {
      await expect(page.getByText(`Консультация была слишком короткой, чтобы состояться. Консультация не засчитана: она вернулась ${whose}.`)).toBeVisible()
    }
    await a.reload()
    await expect(a.getByText('Войти в неё больше нельзя.')).toBeVisible()
  })
  await pair.part()
})

test('a cut network heals, and a poor one costs the picture but not the talk', async ({ browser }) => {
  test.setTimeout(240_000)
  const pair = await Pair.meet(browser)
  const [a, b] = [pair.employee.page, pair.specialist.page]
  const { id } = await pair.book(MINUTE)
  const line = await badLine(a, id)
  for (const page of [a, b]) await watchConnections(page)
  await enter(a, id)
  await enter(b, id)
  await expectTalking(a, b)

  await test.step('nothing gets through for a while: both are told, and the call heals by itself', async () => {
    line.cut = true
    await pair.employee.context.setOffline(true)
    await expect(a.getByText('Нет интернета. Мы ждём, когда он появится.')).toBeVisible()
    for (const page of [a, b]) await expect(page.getByTestId('connection')).toHaveText('Восстанавливаем связь', { timeout: 40_000 })
    await pair.employee.context.setOffline(false)
    line.cut = false
    await expectTalking(a, b)
  })

  await test.step('a third of all packets is lost: only the sound goes on; the picture returns by itself', async () => {
    line.loss = 0.3
    await expect(a.getByText('Сеть была слабой, поэтому сейчас идёт только звук.', { exact: false })).toBeVisible({ timeout: 60_000 })
    await expect(b.getByTestId('remote')).toContainText('Видео приостановлено из-за сети', { timeout: 20_000 })
    const before = (await carried(b)).sound
    await expect.poll(async () => (await carried(b)).sound, { timeout: 20_000 }).toBeGreaterThan(before)
    line.loss = 0
    await expect(b.getByTestId('remote')).not.toContainText('Видео приостановлено', { timeout: 60_000 })
    await expectTalking(b)
  })
  line.close()
  await pair.part()
})

const pictureOf = (page: Page) => page.getByTestId('remote').locator('video')

/** The words stand in the middle of the place where the face would be. */
async function expectCentred(page: Page): Promise<void> {
  const middle = async (box: Locator) => {
    const { x = 0, width = 0 } = (await box.boundingBox()) ?? {}
    return x + width / 2
  }
  const words = page.getByTestId('remote').getByRole('status').getByRole('paragraph')
  expect(Math.abs((await middle(words)) - (await middle(page.getByTestId('remote'))))).toBeLessThan(2)
}

/** A stretch of network between `page` and the relay that can be made bad: everything goes through it. */
async function badLine(page: Page, id: string): Promise<LossyPath> {
  const access = await ask<{ ice_servers: { urls: string[] }[] }>(page, 'POST', `/api/calls/${id}/access`, {})
  const line = await LossyPath.open(access.ice_servers[0]?.urls.find((url) => url.includes('transport=udp')) ?? '')
  await reachRelayBy(page, () => [line.url])
  return line
}
