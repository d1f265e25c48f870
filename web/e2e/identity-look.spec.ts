// How the door's and the account's screens are built, with what the server would say: three languages, both themes, phone and desktop, 320 pixels.
import type { Page } from '@playwright/test'
import { checkAxeEverywhere, checkFits, checkTree, expect, open, pretend, screens, test } from './harness'

test.setTimeout(240_000)

const nothing = { has_passkey: false, has_totp: false, has_recovery_codes: false, has_email_code: false, is_recent: true }

async function answer(page: Page, answers: Record<string, unknown>): Promise<void> {
  for (const [path, json] of Object.entries(answers)) await page.route(`**${path}`, (route) => route.fulfill({ json }))
}

test('a newcomer of the staff chooses a second factor', async ({ page }) => {
  await pretend(page, 'staff', { needs_second_factor: true })
  await answer(page, { '/api/auth/proof': nothing })
  await checkAxeEverywhere(page, '/second-factor')
  await open(page, '/second-factor')
  await checkFits(page)
  await checkTree(page, 'second-factor')
})

test('whoever has left their company reads what stays theirs, and goes on to sign in', async ({ page }) => {
  await page.route('**/api/me', async (route) => {
    const locale = (await route.request().headerValue('accept-language')) ?? 'ru'
    await route.fulfill({ json: { person: null, is_access_ended: true, locale, now: new Date().toISOString(), is_demo: false, sign_in: 'built_in' } })
  })
  await checkAxeEverywhere(page, '/sign-in?next=%2Ftoday')
  await open(page, '/sign-in?next=%2Ftoday')
  await checkFits(page)
  await checkTree(page, 'access-ended')
  await screens(page, 'access-ended')
  await open(page, '/sign-in?next=%2Ftoday')
  await page.getByRole('button', { name: 'Войти' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Вход' })).toBeVisible()
})

test('and finds the first screen without what can no longer be done', async ({ page }) => {
  await pretend(page, 'employee')
  await answer(page, { '/api/today': { held: [], called_off: [], left: [], is_access_ended: true, step: { kind: 'find' } }, '/api/threads?limit=100': { threads: [], items: [] } })
  await checkAxeEverywhere(page, '/today')
  await open(page, '/today')
  await checkFits(page)
  await expect(page.getByText('Доступ через компанию закончился')).toBeVisible()
  await expect(page.locator('main').getByRole('link')).toHaveText(['Мои консультации', 'Переписка'])
  await screens(page, 'today-access-ended')
})
