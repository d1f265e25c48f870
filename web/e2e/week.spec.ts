// A specialist joins calendars in both directions.
import { checkFits, expect, open, test } from './harness'
import { ask, enterAs } from './people'

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
