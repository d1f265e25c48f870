// The screens that no journey looks at from all sides: axe in every language and theme, nothing that sticks out at 320 px, nothing that jumps.
import type { Page } from '@playwright/test'
import { checkAxeHere, jumped, newcomer } from './employee'
import { checkFits, checkTree, expect, open, screens, test } from './harness'
import { invitationSecret, uniqueEmail } from './newcomer'
import { ask, enterAs, type DemoPerson } from './people'

/** Addresses, each with the name of its tree. */
async function look(page: Page, screenOf: Readonly<Record<string, string>>): Promise<void> {
  test.setTimeout(60_000 + Object.keys(screenOf).length * 30_000)
  for (const [address, tree] of Object.entries(screenOf)) {
    await test.step(address, async () => {
      await open(page, address)
      await checkTree(page, tree, 'main')
      expect(await jumped(page), `${address} jumps`).toBeLessThan(0.05)
      await checkFits(page)
      if (process.env['SCREENS']) await screens(page, address.replaceAll(/\W+/g, '-').replace(/^-/, ''))
      await checkAxeHere(page, address)
    })
  }
}

const isAble = (capability: string) => (person: DemoPerson) => person.kind === 'staff' && person.capabilities.includes(capability)

test('signed out', async ({ page }) => {
  await look(page, { '/sign-in': 'sign-in', '/enter': 'enter-code', '/enter?by=email': 'enter-email', '/invitation': 'invitation-over' })
})

test('an employee', async ({ page }) => {
  await newcomer(page)
  await look(page, {
    '/today': 'today-newcomer', '/sessions': 'sessions-none', '/sessions?when=past': 'sessions-past-none', '/messages': 'messages-none',
    '/me': 'me', '/me/security': 'security', '/keep-access': 'keep-access', '/privacy': 'privacy',
  })
})

test('a specialist', async ({ page }) => {
  await enterAs(page, ({ kind }) => kind === 'specialist')
  await look(page, {
    '/work/day': 'work-day', '/work/calendar?view=calendars': 'work-calendars', '/work/messages': 'work-messages', '/work/account': 'work-account',
    '/work/account/security': 'work-security', '/work/account/record': 'work-record',
  })
})

test('the operator’s staff', async ({ page }) => {
  await enterAs(page, isAble('admin'))
  await look(page, {
    '/desk/audit': 'audit', '/desk/categories/new': 'category-new', '/desk/settings': 'settings', '/desk/account': 'desk-account',
    '/desk/account/security': 'desk-security',
  })
})

test('fields side by side stand on one line, however long the words above each are', async ({ page }) => {
  await enterAs(page, isAble('admin'))
  await page.setViewportSize({ width: 1280, height: 860 })
  await open(page, '/desk/audit')
  const fields = page.getByRole('search').getByRole('textbox').or(page.getByRole('search').getByRole('combobox'))
  // Some are fetched when first needed.
  await expect(fields).toHaveCount(3)
  const tops = await fields.evaluateAll((inputs) => inputs.map((input) => Math.round(input.getBoundingClientRect().bottom)))
  expect(Math.max(...tops) - Math.min(...tops)).toBeLessThanOrEqual(2)
})

test('the demo’s mailbox speaks the browser’s language and shows a mail as a mail program does, unable to run or fetch anything', async ({ page, browser, baseURL }) => {
  await enterAs(page, isAble('catalogue'))
  const email = uniqueEmail()
  const { categories } = await ask<{ categories: { id: string; status: string }[] }>(page, 'GET', '/api/operator/categories')
  await ask(page, 'POST', '/api/specialist-invitations', { email, name: 'Новый специалист', category_ids: categories.filter((one) => one.status === 'published').slice(0, 1).map(({ id }) => id) })
  await invitationSecret(page, email)
  for (const [locale, title] of [['ru-RU', 'Письма демо'], ['kk-KZ', 'Демо хаттары'], ['en-GB', 'Mail of the demo']] as const) {
    const context = await browser.newContext({ locale, ...(baseURL !== undefined && { baseURL }) })
    const reader = await context.newPage()
    await reader.goto('/demo/mailbox')
    await expect(reader.getByRole('heading', { level: 1 })).toHaveText(title)
    await reader.getByRole('link').first().click()
    await reader.waitForURL(/\/mailbox\/./)
    await checkFits(reader)
    const shown = reader.waitForResponse(/\/look$/)
    await reader.getByRole('link').last().click()
    expect((await shown).headers()['content-security-policy']).toMatch(/^default-src 'none';.*sandbox/)
    await expect(reader.getByRole('link').first()).toBeVisible()
    await context.close()
  }
})

test('the safety role', async ({ page }) => {
  await enterAs(page, isAble('safety'))
  await look(page, { '/desk/safety': 'safety', '/desk/safety?show=closed': 'safety-closed' })
})
