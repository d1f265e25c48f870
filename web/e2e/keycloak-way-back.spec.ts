// An employee with a passkey alone loses the phone, and comes back by the code they kept.
import type { Page } from '@playwright/test'
import { givePasskeyDevice, withoutAutofill } from './factors'
import { checkAxe, checkFits, expect, open, screens, test } from './harness'
import { atKeycloak, signOut } from './keycloak'
import { ask, visitor } from './people'

test.setTimeout(180_000)
test.use({ allowedErrors: /Failed to load resource|localhost:18\d81/ })

interface Me { person: { id: string } | null }
const me = (page: Page) => ask<Me>(page, 'GET', '/api/me')

async function lostKey(page: Page): Promise<void> {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Потеряли то, чем входите?' }).click()
  await expect(page.getByRole('heading', { name: 'Вернуться по коду' })).toBeVisible()
}

test('a code kept elsewhere gives the record a new passkey, once, and the lost one opens nothing', async ({ browser, page }) => {
  await withoutAutofill(page)
  await givePasskeyDevice(page)
  await page.goto('/enter?by=code')
  await page.getByLabel('Код').fill('DEMO-SEVER-2026')
  await page.getByRole('button', { name: 'Продолжить' }).click()
  await page.getByLabel('Имя или псевдоним').fill('Ольха')
  await page.getByRole('button', { name: 'Продолжить' }).click()
  await page.getByRole('button', { name: /^Ключ входа/ }).click()
  await page.waitForURL(atKeycloak)
  await page.locator('#registerWebAuthn').click()
  await page.waitForURL('**/consents?**')
  const { person } = await me(page)

  // Set up at the security page.
  await open(page, '/me/security')
  await expect(page.getByRole('heading', { name: 'Код возврата' })).toBeVisible()
  await checkAxe(page)
  await checkFits(page)
  await screens(page, 'way-back-none')
  await open(page, '/me/security')
  await page.getByRole('button', { name: 'Создать код возврата' }).click()
  const dialog = page.getByRole('alertdialog', { name: 'Ваш код возврата' })
  const code = await dialog.getByLabel('Ваш код возврата').inputValue()
  expect(code).toMatch(/^(\w{5}-){3}\w{5}$/)
  await checkAxe(page, 'the code', '[role=alertdialog]')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.screenshot({ path: 'e2e/out/screens/way-back-code-390.png' })
  await page.setViewportSize({ width: 1280, height: 860 })
  await dialog.getByRole('button', { name: 'Код сохранён' }).click()
  await expect(page.getByText(/^Код создан/)).toBeVisible()

  await page.goto('/urgent')

  // The phone is lost: another device, which knows nothing.
  const other = await visitor(browser)
  await withoutAutofill(other.page)
  await givePasskeyDevice(other.page)
  await open(other.page, '/sign-in')
  await lostKey(other.page)
  await checkAxe(other.page)
  await checkFits(other.page)
  await screens(other.page, 'way-back-enter')
  await open(other.page, '/sign-in')
  await lostKey(other.page)
  await other.page.getByLabel('Код возврата').fill('AAAAA AAAAA AAAAA AAAAA')
  await other.page.getByRole('button', { name: 'Продолжить' }).click()
  await expect(other.page.getByText('Код не подошёл').or(other.page.locator('[id$=error], [slot=errorMessage]')).first()).toBeVisible()
  await other.page.getByLabel('Код возврата').fill(code.toLowerCase().replaceAll('-', ' '))
  await other.page.getByRole('button', { name: 'Продолжить' }).click()
  await expect(other.page.getByRole('heading', { name: 'Как будете входить?' })).toBeVisible()
  expect((await me(other.page)).person, 'the code signs nobody in').toBeNull()
  await other.page.getByRole('button', { name: /^Ключ входа/ }).click()
  await other.page.waitForURL(atKeycloak)
  await other.page.locator('#registerWebAuthn').click()
  await other.page.waitForURL('**/today')
  expect((await me(other.page)).person?.id).toBe(person?.id)
  expect((await me(page)).person, 'the lost phone is out').toBeNull()

  // Told in the product, and asked for a new code.
  await open(other.page, '/me/security')
  await expect(other.page.getByText(/^По коду возврата настроен новый вход/)).toBeVisible()
  await checkAxe(other.page)
  await screens(other.page, 'way-back-used')
  await signOut(other.page)
  await other.page.goto('/sign-in')
  await other.page.getByRole('button', { name: /^(Войти|Кіру)$/ }).first().click()
  await other.page.waitForURL(atKeycloak)
  await other.page.locator('#authenticateWebAuthnButton').click()
  await other.page.waitForURL('**/today')
  expect((await me(other.page)).person?.id).toBe(person?.id)

  // The code is used up, and whoever finds the phone gets nowhere.
  await lostKey(page)
  await page.getByLabel('Код возврата').fill(code)
  await page.getByRole('button', { name: 'Продолжить' }).click()
  await expect(page.getByRole('heading', { name: 'Вернуться по коду' })).toBeVisible()
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Войти', exact: true }).click()
  await page.waitForURL(atKeycloak)
  await page.locator('#authenticateWebAuthnButton').click()
  await page.waitForLoadState('networkidle')
  expect(page.url()).not.toContain('/today')
  await page.goto('/urgent')
  expect((await me(page)).person).toBeNull()
  await other.context.close()
})
