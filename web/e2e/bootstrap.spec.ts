// The first administrator of an empty deployment, by the link on its console. It can be used once, so the test runs where it is given one:
// BOOTSTRAP_LINK=http://localhost:8080/invitation#… PONIMAU_URL=http://localhost:8080 npx playwright test -c e2e/playwright.config.ts --project bootstrap
import { givePasskeyDevice } from './factors'
import { checkAxeHere } from './employee'
import { checkFits, expect, screens, test } from './harness'

// The link is over at the end, which the browser logs.
test.use({ allowedErrors: /Failed to load resource.*410/ })

const link = process.env['BOOTSTRAP_LINK'] ?? ''

test('the first administrator: name, passkey, codes, an address left for later, the desk', async ({ page }) => {
  expect(link, 'BOOTSTRAP_LINK, as the console of an empty deployment prints it').not.toBe('')
  test.setTimeout(120_000)
  await givePasskeyDevice(page)
  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'Первый администратор' })).toBeVisible()
  await page.getByLabel('Имя').fill('Дана Первая')
  await page.getByRole('button', { name: 'Принять приглашение' }).click()
  await page.getByRole('button', { name: /^Ключ входа/ }).click()
  await expect(page.getByRole('list', { name: 'Резервные коды' }).getByRole('listitem')).toHaveCount(10)
  await page.getByRole('button', { name: 'Коды сохранены' }).click()
  // The link has no address behind it; with a passkey one may go on without.
  await expect(page.getByRole('heading', { name: 'Добавьте почту' })).toBeVisible()
  await page.getByRole('button', { name: 'Не сейчас' }).click()
  await expect(page).toHaveURL(/\/desk\//)
  // An empty deployment says what it lacks, and leads there.
  const missing = page.getByRole('list', { name: 'Чего не хватает' })
  await expect(missing.getByRole('listitem')).toHaveCount(6)
  await expect(missing).toContainText('Письма никому не приходят')
  await expect(missing.getByRole('link', { name: 'Проверить телефоны срочной помощи' })).toHaveAttribute('href', '/desk/settings')
  await checkFits(page)
  if (process.env['SCREENS']) await screens(page, 'desk-empty')
  await checkAxeHere(page, 'the empty desk')
  await missing.getByRole('link', { name: 'Назначить ответственного за безопасность' }).click()
  await expect(page).toHaveURL(/\/desk\/settings\/staff/)
  await page.goto(link)
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Эта ссылка не действует' })).toBeVisible()
})
