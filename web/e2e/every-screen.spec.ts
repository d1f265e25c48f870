// The screens that no journey looks at from all sides: axe in every language and theme, nothing that sticks out at 320 px, nothing that jumps.
import type { Page } from '@playwright/test'
import { checkAxeHere, jumped, newcomer } from './employee'
import { checkFits, expect, open, screens, test } from './harness'
import { enterAs, type DemoPerson } from './people'

async function look(page: Page, addresses: readonly string[]): Promise<void> {
  test.setTimeout(60_000 + addresses.length * 30_000)
  for (const address of addresses) {
    await test.step(address, async () => {
      await open(page, address)
      expect(await jumped(page), `${address} jumps`).toBeLessThan(0.05)
      await checkFits(page)
      if (process.env['SCREENS']) await screens(page, address.replaceAll(/\W+/g, '-').replace(/^-/, ''))
      await checkAxeHere(page, address)
    })
  }
}

const isAble = (capability: string) => (person: DemoPerson) => person.kind === 'staff' && person.capabilities.includes(capability)

test('signed out', async ({ page }) => {
  await look(page, ['/sign-in', '/enter', '/invitation'])
})

test('an employee', async ({ page }) => {
  await newcomer(page)
  await look(page, ['/me', '/me/security', '/keep-access', '/messages', '/privacy'])
})

test('a specialist', async ({ page }) => {
  await enterAs(page, ({ kind }) => kind === 'specialist')
  await look(page, ['/work/day', '/work/messages', '/work/account', '/work/account/security'])
})

test('the operator’s staff', async ({ page }) => {
  await enterAs(page, isAble('admin'))
  await look(page, ['/desk/audit', '/desk/categories/new', '/desk/settings', '/desk/account', '/desk/account/security'])
})

test('the safety role', async ({ page }) => {
  await enterAs(page, isAble('safety'))
  await look(page, ['/desk/safety', '/desk/safety?show=closed'])
})
