// The screens of a call as people see and hear them: nothing for axe to find, nothing that sticks out, in every language and theme.
import type { Locator, Page } from '@playwright/test'
import { control, enter, join, Pair } from './calls'
import { checkAxe, checkFits, expect as atOnce, langs, screens, switchLang, test, themes } from './harness'
import { ask } from './people'

const expect = atOnce.configure({ timeout: 30_000 })
const MINUTE = 60_000

/** The page as it is, in each language and theme; a call cannot be loaded anew for each. */
async function look(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()
  await page.emulateMedia({ reducedMotion: 'reduce' })
  for (const lang of langs) {
    await switchLang(page, lang)
    for (const theme of themes) {
      await page.evaluate((t) => { document.documentElement.dataset['theme'] = t }, theme)
      await page.setViewportSize({ width: lang === 'en' ? 1280 : 390, height: 844 })
      await checkAxe(page, `${name} ${lang} ${theme}`)
    }
  }
  await checkFits(page)
  if (process.env.SCREENS !== undefined) await screens(page, `call-${name}`)
  await switchLang(page, 'ru')
  if (before) await page.setViewportSize(before)
}

/** All controls in one row on every phone, each large enough for a thumb. */
async function checkBar(page: Page): Promise<void> {
  const before = page.viewportSize()
  for (const lang of langs) {
    await switchLang(page, lang)
    for (const width of [320, 360, 375, 390]) {
      await page.setViewportSize({ width, height: 700 })
      const buttons = await page.locator('[role=group] button:visible').all()
      const boxes = await Promise.all(buttons.map((button) => button.boundingBox()))
      expect(new Set(boxes.map((box) => box?.y)).size, `${lang} ${String(width)}: rows`).toBe(1)
      for (const box of boxes) expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44)
    }
  }
  await switchLang(page, 'ru')
  if (before) await page.setViewportSize(before)
}

async function isInside(inner: Locator, outer: Locator): Promise<boolean> {
  const [a, b] = [await inner.boundingBox(), await outer.boundingBox()]
  return !!a && !!b && a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height
}

test('each screen of a call, for eyes and ears', async ({ browser }) => {
  test.setTimeout(500_000)
  const pair = await Pair.meet(browser)
  const [a, b] = [pair.employee.page, pair.specialist.page]
  const { id: later } = await pair.book(2 * 60 * MINUTE)
  await a.goto(`/call/${later}`)
  await expect(a.getByRole('heading', { level: 1 })).toContainText('ждёт вас позже')
  await look(a, 'early')

  // Looking takes minutes, and what has begun cannot be called off.
  const { id } = await pair.book(10 * MINUTE)
  await a.goto(`/call/${id}`)
  await expect(a.getByText('Связь есть')).toBeVisible()
  await expect(a.locator('main')).toMatchAriaSnapshot(`
    - main:
      - heading /Консультация:/ [level=1]
      - paragraph:
        - time: /Сегодня|Завтра/
      - status: /ещё не в комнате/
      - switch "Камера" [checked]
      - switch "Микрофон" [checked]
      - list:
        - listitem:
          - status: /Скажите пару слов|Вас слышно/
        - listitem:
          - status: Звук
          - button "Проиграть"
        - listitem:
          - status: Связь есть
      - combobox "Какой микрофон"
      - button "Присоединиться"
      - text: /Разговор зашифрован/
  `)
  await look(a, 'lobby')
  const size = a.viewportSize()
  await a.setViewportSize({ width: 390, height: 844 })
  await expect(a.getByRole('button', { name: 'Присоединиться' }), 'on a phone the way in is seen at once').toBeInViewport({ ratio: 1 })
  if (size) await a.setViewportSize(size)

  await join(a)
  await expect(a.getByTestId('remote')).toContainText('Ещё не в комнате')
  await look(a, 'waiting')

  await enter(b, id)
  await expect(b.getByTestId('connection')).toContainText('Связь', { timeout: 60_000 })
  await look(b, 'talking')
  await expect(b.locator('main')).toMatchAriaSnapshot(`
    - main:
      - heading [level=1]
      - status: /Связь/
      - group "Управление консультацией":
        - button "Микрофон" [pressed]
        - button "Камера" [pressed]
        - button "Экран"
        - button /^Сообщения/
        - button "Настройки"
        - button "Выйти"
  `)
  await checkBar(b)

  await control(a, 'Настройки').click()
  await a.getByRole('switch', { name: /^Только звук/ }).press('Space')
  await a.getByRole('dialog').getByRole('button', { name: 'Закрыть' }).click()
  await expect(b.getByTestId('remote')).toContainText('Только звук, по своему выбору')
  await expect(a.getByTestId('remote')).toContainText('вы выбрали «Только звук»')
  await look(a, 'chose-sound')
  await look(b, 'told-sound')
  await a.getByRole('button', { name: 'Вернуть видео' }).click()

  await control(b, 'Экран').click()
  await expect(a.getByTestId('screen')).toBeVisible()
  await control(b, 'Камера').click()
  await expect(a.getByTestId('remote')).toContainText('Без камеры')
  await look(a, 'screen')
  const [tile, words] = [a.getByTestId('remote'), a.getByText('Без видео', { exact: true })]
  await a.setViewportSize({ width: 320, height: 640 })
  expect(await isInside(words, tile)).toBe(true)
  await control(b, 'Экран').click()

  await control(b, 'Сообщения').click()
  await expect(b.getByRole('complementary')).toBeVisible()
  await b.getByRole('complementary').getByRole('textbox').fill('Слышно хорошо')
  await b.getByRole('button', { name: 'Отправить' }).click()
  await expect(b.getByRole('log', { name: /^Переписка/ })).toContainText('Слышно хорошо')
  await look(b, 'writing')
  await b.getByRole('button', { name: 'Закрыть сообщения' }).click()

  await control(b, 'Настройки').click()
  await expect(b.getByRole('dialog')).toBeVisible()
  await look(b, 'settings')
  await b.getByRole('button', { name: 'Сверить слова' }).click()
  await expect(b.getByTestId('words')).toBeVisible()
  await look(b, 'words')
  await b.getByRole('button', { name: 'Слова совпадают' }).click()
  await control(b, 'Выйти').click()
  await expect(b.getByRole('dialog')).toBeVisible()
  await look(b, 'leaving')

  await ask(a, 'POST', `/api/appointments/${id}/cancel`, { expects_counted: true })
  await expect(a.getByRole('heading', { name: 'Консультация отменена' })).toBeVisible()
  await look(a, 'canceled')
  await pair.part()
})
