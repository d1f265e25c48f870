import { checkAxe, checkAxeEverywhere, checkFits, checkTree, expect, open, pretend, screens, test } from '../harness'

test('every component, in three languages and two themes, at two widths: axe finds nothing', async ({ page }) => {
  test.setTimeout(240_000)
  await checkAxeEverywhere(page, '/dev/gallery')
})

test('overlays and the refused form: axe finds nothing', async ({ page }) => {
  await open(page, '/dev/gallery')
  await page.getByRole('button', { name: 'Настройки' }).click()
  await expect(page.getByRole('dialog', { name: 'Настройки' })).toBeVisible()
  await checkAxe(page, 'dialog')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Настройки' })).toBeFocused()

  await page.getByRole('button', { name: 'Ещё', exact: true }).click()
  await expect(page.getByRole('menu')).toBeVisible()
  await checkAxe(page, 'menu')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('menu')).toHaveCount(0)

  // Scrolling closes a list of options, and the browser scrolls to what is focused: open it from a field already in sight.
  const find = page.getByRole('combobox', { name: 'Найти' })
  await expect(async () => {
    await find.press('ArrowDown')
    await expect(page.getByRole('listbox')).toBeVisible({ timeout: 500 })
  }).toPass()
  await expect(page.getByRole('listbox')).toBeVisible()
  await checkAxe(page, 'options', '[role=listbox]')
  await page.keyboard.type('йц')
  await expect(page.getByText('Ничего не нашлось').first()).toBeVisible()
  await checkAxe(page, 'no options', '[role=listbox]')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('listbox')).toHaveCount(0)

  await page.getByRole('button', { name: 'Скопировать' }).last().click()
  await page.locator('form button[type=submit]').click()
  await expect(page.getByText('Нужно исправить 1 поле')).toBeVisible()
  await checkAxe(page, 'form')
})

test('a refused form: the summary takes the focus and leads to the field; what is typed survives a reload', async ({ page }) => {
  await open(page, '/dev/gallery')
  const name = page.getByRole('textbox', { name: 'Обо мне' })
  await page.locator('form button[type=submit]').click()
  const summary = page.locator('form').getByRole('alert')
  await expect(summary).toContainText('Нужно исправить 1 поле')
  await expect(summary.getByRole('button')).toHaveText(/^Обо мне: ./)
  await summary.getByRole('button').click()
  await expect(name).toBeFocused()
  await expect(name).toHaveAttribute('aria-invalid', 'true')
  await name.fill('Айгерім')
  await expect(name).not.toHaveAttribute('aria-invalid', 'true')
  await page.locator('form button[type=submit]').click()
  await expect(summary).toContainText('Нужно исправить 2 поля')
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'Обо мне' })).toHaveValue('Айгерім')
  await page.getByRole('button', { name: 'Начать заново' }).click()
  await expect(page.getByRole('textbox', { name: 'Обо мне' })).toHaveValue('')
})

test('a toast waits with its "undo" until it is used', async ({ page }) => {
  await open(page, '/dev/gallery')
  await page.getByRole('button', { name: 'Скопировать' }).nth(1).click()
  const toast = page.getByRole('alertdialog')
  await expect(toast).toContainText('Скопировано')
  await checkAxe(page, 'toast')
  await toast.getByRole('button', { name: 'Отменить' }).click()
  await expect(page.getByText('Восстановили')).toBeVisible()
})

test('the calendar speaks Kazakh, in an engine that does not know it', async ({ page }) => {
  await open(page, '/dev/gallery', 'kk')
  const grid = page.getByRole('application').first()
  await expect(grid).toContainText('2030 ж. наурыз')
  await expect(page.getByRole('columnheader', { name: 'дүйсенбі' }).or(page.getByText('дс', { exact: true })).first()).toBeAttached()
  await expect(page.getByRole('button', { name: /2030 ж\. 5 наурыз, сейсенбі/ })).toBeVisible()
})

for (const [kind, path, width] of [['employee', '/dev/employee', 390], ['specialist', '/dev/specialist', 1280], ['staff', '/dev/operator', 390]] as const) {
  test(`the frame of ${kind}`, async ({ page }) => {
    await pretend(page, kind)
    // A message waits: it is marked for eyes and ears.
    await page.route('**/api/threads?*', (route) => route.fulfill({ json: { threads: [{ id: '1', newest: 2, unread: 2, last_at: '2030-03-04T10:00:00Z', with: { id: '2', name: 'Вера' } }], reachable: [], has_more: false } }))
    // A colleague asks for one's agreement: so is that.
    await page.route('**/api/approvals', (route) => route.fulfill({ json: { approvals: [{ id: '1', may_decide: true }, { id: '2', may_decide: false }] } }))
    await page.setViewportSize({ width, height: 844 })
    await checkAxeEverywhere(page, path)
    await page.setViewportSize({ width, height: 844 })
    await open(page, path)
    await checkFits(page)
    await checkTree(page, `frame-${kind}`)
    await screens(page, `frame-${kind}`)
  })
}

test.describe('where a person is led', () => {
  // The screens led to ask a server that is not there.
  test.use({ allowedErrors: /Failed to load resource/ })

  test('a screen of another audience leads home; nobody is led to the door and back', async ({ page, browser }) => {
    await pretend(page, 'specialist')
    await page.goto('/dev/employee')
    await expect(page).toHaveURL(/\/work\/day$/)
    const other = await browser.newPage()
    await pretend(other, null)
    await other.goto('/dev/employee?x=1')
    await expect(other).toHaveURL(/\/sign-in\?next=%2Fdev%2Femployee%3Fx%3D1/)
    await other.close()
  })

  test('staff whom nothing but this session lets in give an address first', async ({ page }) => {
    await pretend(page, 'staff', { needs_way_in: true })
    await page.goto('/dev/operator')
    await expect(page).toHaveURL(/\/second-factor\?next=%2Fdev%2Foperator/)
  })
})

test('screens of the gallery', async ({ page }) => {
  await open(page, '/dev/gallery')
  await checkFits(page)
  await screens(page, 'gallery')
})

test('tabs: arrows choose, the panel follows', async ({ page }) => {
  await open(page, '/dev/gallery')
  const [bookings, clients] = [page.getByRole('tab', { name: 'Записи' }), page.getByRole('tab', { name: 'Клиенты' })]
  await bookings.focus()
  await page.keyboard.press('ArrowRight')
  await expect(clients).toBeFocused()
  await expect(clients).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByRole('tabpanel', { name: 'Клиенты' })).toBeVisible()
  await page.keyboard.press('Home')
  await expect(bookings).toBeFocused()
})
