// The pictures of the README, made anew: `PONIMAU_URL=… npx playwright test -c e2e/playwright.config.ts --project pictures`.
import path from 'node:path'
import { expect, open, test } from './harness'
import { enterAs } from './people'

const folder = path.resolve(import.meta.dirname, '../../docs/images')

test('who can help, on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await enterAs(page, ({ kind }) => kind === 'employee')
  await open(page, '/find')
  await expect(page.getByRole('article').first()).toBeVisible()
  await page.screenshot({ path: path.join(folder, 'find-390.png') })
})

test('a specialist\'s week, on a desktop', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 })
  await enterAs(page, ({ kind, display_name }) => kind === 'specialist' && !display_name.startsWith('Дежурный'))
  await open(page, '/work/calendar?view=week')
  await expect(page.locator('main [aria-busy=true]')).toHaveCount(0)
  await page.screenshot({ path: path.join(folder, 'calendar-1280.png') })
})
