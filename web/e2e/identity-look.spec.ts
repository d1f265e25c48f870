// How the door's and the account's screens are built, with what the server would say: three languages, both themes, phone and desktop, 320 pixels.
import type { Page } from '@playwright/test'
import { checkAxeEverywhere, checkFits, checkTree, open, pretend, test } from './harness'

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
