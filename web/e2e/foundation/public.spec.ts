import { checkAxeEverywhere, checkFits, checkTree, expect, open, pretend, screens, test } from '../harness'

for (const [name, path] of [['welcome', '/'], ['urgent', '/urgent'], ['not-found', '/nothing/here']] as const) {
  test(`${name}: axe, tree, screens, 320 px`, async ({ page }) => {
    await checkAxeEverywhere(page, path)
    await open(page, path)
    await checkFits(page)
    await checkTree(page, name)
    await screens(page, name)
  })
}

test.describe('with the server away', () => {
  test.use({ allowedErrors: /Failed to load resource|broken on purpose|: 0 offline|Failed to fetch/ })

  test('urgent help opens offline, signed out, once the site was opened anywhere', async ({ page, context }) => {
    await open(page, '/')
    await page.evaluate(async () => navigator.serviceWorker.ready)
    await context.setOffline(true)
    await page.goto('/urgent')
    await expect(page.getByRole('heading', { name: 'Срочная помощь' })).toBeVisible()
    await expect(page.getByRole('link', { name: /Позвонить 112/ })).toHaveAttribute('href', 'tel:112')
    await expect(page.getByText('Нет связи. Показываем то, что успели сохранить.')).toBeVisible()
    await page.getByRole('combobox', { name: 'Язык' }).selectOption('kk')
    await expect(page.getByRole('heading', { name: 'Шұғыл көмек' })).toBeVisible()
  })

  test('a screen which is not on the device says so without a network, and comes with it', async ({ page, context }) => {
    await open(page, '/')
    await page.evaluate(async () => navigator.serviceWorker.ready)
    await context.setOffline(true)
    for (const path of ['/sign-in', '/today']) {
      await page.goto(path)
      await expect(page.getByRole('heading', { name: 'Страница ещё не загружена' })).toBeVisible()
      await expect(page.getByRole('link', { name: 'Срочная помощь' })).toBeVisible()
    }
    await page.goto('/sign-in')
    await expect(page.getByRole('heading', { name: 'Страница ещё не загружена' })).toBeVisible()
    await context.setOffline(false)
    await expect(page.getByRole('heading', { level: 1, name: 'Вход' })).toBeVisible()
  })

  test('without an answer of the server the numbers of the region are shown', async ({ page }) => {
    await page.route('**/api/public/urgent-help', (route) => route.abort())
    await open(page, '/urgent')
    await expect(page.getByRole('link', { name: /Позвонить 112/ })).toBeVisible()
  })

  test('a broken screen says so, keeps urgent help near, and can be tried again', async ({ page }) => {
    await page.goto('/dev/broken')
    await expect(page.getByRole('heading', { name: 'Что-то пошло не так' })).toBeVisible()
    await expect(page.getByRole('link', { name: 'Срочная помощь' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Повторить' })).toBeVisible()
    await checkAxeEverywhere(page, '/dev/broken')
  })
})

test('urgent help is one tap away and the heading takes the focus', async ({ page }) => {
  await open(page, '/')
  await page.getByRole('link', { name: 'Срочная помощь' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
  await expect(page).toHaveTitle('Срочная помощь · Понимаю')
  await expect(page.getByRole('status').filter({ hasText: 'Срочная помощь · Понимаю' })).toBeAttached()
})

test('the skip link leads past the frame', async ({ page }) => {
  await open(page, '/')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'К содержанию' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('main')).toBeFocused()
})

test('language and theme are remembered', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('combobox', { name: 'Язык' }).selectOption('en')
  await page.getByRole('combobox', { name: 'Appearance' }).selectOption('dark')
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Talk to someone who understands' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
})

test.describe('with somebody signed in', () => {
  // The first screen asks a server that is not there.
  test.use({ allowedErrors: /Failed to load resource/ })

  test('who is signed in goes from the door to the first screen', async ({ page }) => {
    await pretend(page, 'employee')
    await page.addInitScript(() => { localStorage.setItem('signed-in', '1') })
    await page.goto('/')
    await expect(page).toHaveURL(/\/today$/)
  })
})

test('the site can be installed', async ({ page }) => {
  await open(page, '/')
  const manifest = await (await page.request.get('/manifest.webmanifest')).json() as { name: string; icons: { src: string; sizes: string }[]; display: string }
  expect(manifest.name).toBe('Понимаю')
  expect(manifest.display).toBe('standalone')
  for (const icon of manifest.icons) {
    const answer = await page.request.get(icon.src)
    expect(answer.ok(), icon.src).toBe(true)
  }
})
