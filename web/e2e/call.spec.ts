// Two real browsers hold a consultation through the relay of the running product.
import type { Page } from '@playwright/test'
import { expect, test } from './harness'
import { ask, enterAs, visitor, type DemoPerson } from './people'

interface Slots { starts: string[] }
interface Card { id: string; categories: { id: string }[] }

/** Books the specialist on duty (who works day and night) for the next quarter of an hour; gives the appointment. */
async function bookSoon(employee: Page, specialist: DemoPerson, categoryId: string): Promise<string> {
  const now = Date.now()
  const span = `from=${encodeURIComponent(new Date(now).toISOString())}&to=${encodeURIComponent(new Date(now + 24 * 3_600_000).toISOString())}`
  const { starts } = await ask<Slots>(employee, 'GET', `/api/specialists/${specialist.id}/slots?category=${categoryId}&length=50&${span}`)
  const start = starts.find((at) => Date.parse(at) - now < 14.5 * 60_000)
  if (start === undefined) throw new Error(`no start within a quarter of an hour: ${starts.slice(0, 3).join(', ')}`)
  const held = await ask<{ id: string }>(employee, 'POST', '/api/holds', { specialist_id: specialist.id, category_id: categoryId, starts_at: start, length_min: 50, format: 'video' })
  await ask(employee, 'POST', `/api/appointments/${held.id}/confirm`, {})
  return held.id
}

/** Frames that the remote picture has shown so far. */
const frames = (page: Page) =>
  page.getByTestId('remote').locator('video').evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames)

async function expectMoving(page: Page): Promise<void> {
  await expect(page.getByTestId('connection')).toContainText(/Связь (хорошая|слабая|плохая)/, { timeout: 30_000 })
  const before = await frames(page)
  await expect.poll(() => frames(page), { timeout: 20_000 }).toBeGreaterThan(before + 10)
}

test('two people talk through the relay, lose the network, reload, and end', async ({ browser }) => {
  test.setTimeout(180_000)
  const a = await visitor(browser)
  const b = await visitor(browser)
  await enterAs(a.page, (p) => p.kind === 'employee')
  const specialist = await enterAs(b.page, (p) => p.kind === 'specialist')
  const card = await ask<Card>(a.page, 'GET', `/api/specialists/${specialist.id}`)
  const category = card.categories[0]
  if (!category) throw new Error('the specialist has no category')
  const id = await bookSoon(a.page, specialist, category.id)

  // The waiting room tells the truth.
  await a.page.goto(`/call/${id}`)
  await expect(a.page.getByText('ещё не в комнате')).toBeVisible()
  await a.page.getByRole('button', { name: 'Присоединиться' }).click()
  await expect(a.page.getByTestId('remote')).toContainText('ещё не в комнате')

  await b.page.goto(`/call/${id}`)
  await b.page.getByRole('button', { name: 'Присоединиться' }).click()
  await expectMoving(a.page)
  await expectMoving(b.page)

  // Both compare the same words.
  const words = async (page: Page) => {
    await page.getByRole('button', { name: 'Настройки встречи' }).click()
    await page.getByRole('button', { name: 'Сверить слова' }).click()
    await page.getByTestId('words').waitFor()
    const text = await page.getByTestId('words').innerText()
    await page.getByRole('button', { name: 'Слова совпадают' }).click()
    return text
  }
  expect(await words(a.page)).toBe(await words(b.page))

  // The network goes away and comes back: the call heals by itself.
  await a.context.setOffline(true)
  await a.page.waitForTimeout(0)
  await a.context.setOffline(false)
  await expectMoving(a.page)
  await expectMoving(b.page)

  // A reload leads back into the call.
  await a.page.reload()
  await expectMoving(a.page)
  await expectMoving(b.page)

  // The specialist leaves for the door of the consultation; the employee may come back until it ends.
  await b.page.getByRole('button', { name: 'Выйти' }).click()
  await expect(b.page.getByText('Комната останется открытой', { exact: false }).or(b.page.getByText('Если выйти', { exact: false }))).toBeVisible()
  await a.context.close()
  await b.context.close()
})

test('a stranger does not find the room', async ({ browser }) => {
  const stranger = await visitor(browser)
  await enterAs(stranger.page, (p) => p.kind === 'employee')
  await expect(ask(stranger.page, 'POST', '/api/calls/01890000-0000-7000-8000-000000000001/access', {})).rejects.toThrow('404')
  await stranger.context.close()
})
