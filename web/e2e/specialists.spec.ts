// The operator invites, checks documents, returns and publishes; the specialist and an employee see what comes of it.
import { checkAxeHere } from './employee'
import { checkAxeEverywhere, checkFits, checkTree, expect as anyExpect, open, screens, test } from './harness'
import { accept, fillCard, invitationSecret, isCatalogueStaff, newcomer, uniqueEmail } from './newcomer'
import { ask, enterAs, visitor } from './people'

// Uploads are looked at and encoded anew: on a busy machine that takes a while.
const expect = anyExpect.configure({ timeout: 20_000 })

test.use({ allowedErrors: /status of (404|409|422)/ })
test.setTimeout(240_000)

test('an invitation is sent, sent again, accepted; another is withdrawn', async ({ browser, page }) => {
  await enterAs(page, isCatalogueStaff)
  await open(page, '/desk/specialists?view=invitations')
  const invite = async (email: string, name: string) => {
    await page.getByRole('button', { name: 'Пригласить специалиста' }).click()
    const dialog = page.getByRole('dialog', { name: 'Пригласить специалиста' })
    await dialog.getByLabel('Электронная почта').fill(email)
    await dialog.getByRole('textbox', { name: 'Имя' }).fill(name)
    await dialog.getByRole('checkbox', { name: 'Психолог' }).check({ force: true })
    await dialog.getByRole('button', { name: 'Отправить приглашение' }).click()
    return dialog
  }
  const email = uniqueEmail()
  const bad = await invite('не адрес', 'Асель')
  await expect(bad.getByLabel('Электронная почта')).toHaveAccessibleDescription(/./)
  await bad.getByLabel('Электронная почта').fill(email)
  await bad.getByRole('button', { name: 'Отправить приглашение' }).click()
  await expect(bad).toHaveCount(0)
  const row = page.getByRole('row').filter({ hasText: email })
  await expect(row.getByText('ждём ответа')).toBeVisible()

  // The same address again: said on the field.
  const again = await invite(email, 'Асель')
  await expect(again.getByLabel('Электронная почта')).toHaveAccessibleDescription(/уже отправлено приглашение/)
  await again.getByRole('button', { name: 'Закрыть' }).click()

  const first = await invitationSecret(page, email)
  await row.getByRole('button', { name: 'Отправить ещё раз' }).click()
  await expect(page.getByText('Прежняя больше не действует')).toBeVisible()
  await expect.poll(() => invitationSecret(page, email), { timeout: 20_000 }).not.toBe(first)
  const guest = await visitor(browser)
  await accept(guest.page, await invitationSecret(page, email), 'Асель Нурланова')
  // Whoever has just come is told what is first.
  await open(guest.page, '/work/day')
  await expect(guest.page.getByText('Заполните карточку')).toBeVisible()
  await checkFits(guest.page)
  if (process.env['SCREENS']) await screens(guest.page, 'work-day-first')
  await checkAxeHere(guest.page, 'the first day')
  await guest.page.getByRole('link', { name: 'Указать часы' }).click()
  await expect(guest.page).toHaveURL(/view=hours/)
  await page.reload()
  await expect(row).toHaveCount(0)
  await page.getByText('Прошлые приглашения').first().click()
  await expect(page.getByRole('row').filter({ hasText: email }).getByText('принято')).toBeVisible()

  const other = uniqueEmail()
  await invite(other, 'Тимур')
  const unwanted = page.getByRole('row').filter({ hasText: other })
  await unwanted.getByRole('button', { name: 'Отозвать' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Отозвать' }).click()
  await expect(unwanted.getByText('отозвано')).toBeVisible()
  await expect(unwanted.getByRole('button')).toHaveCount(0)
})

test('a card is returned with a reason, handed in again, published, and found by an employee', async ({ browser, page }) => {
  test.setTimeout(240_000)
  const [b, c] = [await visitor(browser), await visitor(browser)]
  const [desk, employee] = [b.page, c.page]
  const headline = `Помогаю с усталостью ${Date.now().toString(36)}`
  const name = `Жанна ${Date.now().toString(36)}`
  const who = await newcomer(desk, page, name)
  await fillCard(page, headline)
  await ask(page, 'POST', '/api/card/submit', {})

  // Those who wait come first; the name is found.
  await open(desk, '/desk/specialists')
  await desk.getByRole('searchbox', { name: 'Найти по имени' }).fill(name)
  await desk.getByRole('radio', { name: /Ждут проверки/ }).click()
  const row = desk.getByRole('row').filter({ hasText: name })
  await expect(row.getByText('проверить 1 запись')).toBeVisible()
  await row.getByRole('link', { name }).click()
  await expect(desk.getByRole('heading', { level: 1, name })).toBeVisible()
  await expect(desk.getByText('Нет ни одного подтверждённого документа.')).toBeVisible()
  await expect(desk.getByRole('button', { name: 'Опубликовать' })).toBeDisabled()

  // The document is opened; it is what was attached.
  const entry = desk.getByRole('article', { name: 'Клинический психолог' })
  const download = desk.waitForEvent('download')
  await entry.getByRole('button', { name: 'Скачать PDF' }).click()
  expect((await download).suggestedFilename()).toBe('document.pdf')

  // Returned: without words it is not sent.
  await desk.getByRole('button', { name: 'Вернуть на доработку' }).click()
  const dialog = desk.getByRole('dialog', { name: 'Вернуть карточку на доработку?' })
  await dialog.getByRole('button', { name: 'Вернуть на доработку' }).click()
  await expect(dialog.getByLabel('Что исправить')).toHaveAccessibleDescription(/Напишите причину/)
  await dialog.getByLabel('Что исправить').fill('Расскажите, как проходит первая консультация.')
  await dialog.getByRole('button', { name: 'Вернуть на доработку' }).click()
  await expect(dialog).toHaveCount(0)

  await open(page, '/work/profile')
  await expect(page.getByText('Карточку вернули на доработку')).toBeVisible()
  await expect(page.getByText('Расскажите, как проходит первая консультация.')).toBeVisible()
  await page.getByLabel('Рассказ о себе на русском').fill('На первой консультации мы знакомимся и решаем, чем я могу помочь.')
  await page.getByRole('button', { name: 'Отправить на проверку' }).click()
  await expect(page.getByText('На проверке', { exact: true })).toBeVisible()

  // A document may be refused with a reason, and confirmed after all.
  await open(desk, `/desk/specialists/${who.id}`)
  await entry.getByRole('button', { name: 'Не принять' }).click()
  await desk.getByRole('dialog').getByLabel('Что не так с документом').fill('Печать не читается.')
  await desk.getByRole('dialog').getByRole('button', { name: 'Не принять' }).click()
  await expect(entry.getByText('Печать не читается.')).toBeVisible()
  await expect(page.getByText('Печать не читается.')).toBeVisible()
  await entry.getByRole('button', { name: 'Подтвердить' }).click()
  await expect(entry.getByText('Проверено', { exact: true })).toBeVisible()
  await desk.getByRole('button', { name: 'Опубликовать' }).click()
  await expect(desk.getByRole('button', { name: 'Приостановить показ' })).toBeVisible()
  // The specialist sees it without asking.
  await expect(page.getByText('Опубликована', { exact: true })).toBeVisible()

  // An employee finds the card.
  await enterAs(employee, (p) => p.kind === 'employee')
  await open(employee, `/find/${who.id}`)
  await expect(employee.getByRole('heading', { level: 1, name })).toBeVisible()
  await expect(employee.getByText(headline)).toBeVisible()
  await expect(employee.getByText('Клинический психолог, МГУ')).toBeVisible()

  // Paused, it is out of the search; the specialist is told why.
  await desk.getByRole('button', { name: 'Приостановить показ' }).click()
  await desk.getByRole('dialog').getByLabel('Сообщение специалисту').fill('По вашей просьбе, до января.')
  await desk.getByRole('dialog').getByRole('button', { name: 'Приостановить показ' }).click()
  await expect(desk.getByRole('button', { name: 'Вернуть в поиск' })).toBeVisible()
  await expect(page.getByText('По вашей просьбе, до января.')).toBeVisible()
})

test('somebody with nothing yet is told about in words', async ({ browser, page }) => {
  const guest = await visitor(browser)
  const who = await newcomer(page, guest.page, 'Олег Пустой')
  await open(page, `/desk/specialists/${who.id}`)
  await expect(page.getByText('Образование не указано')).toBeVisible()
  await expect(page.getByText('Специалист ещё заполняет карточку.')).toBeVisible()
  await checkTree(page, 'specialists-empty')
  await open(page, '/desk/specialists/01890000-0000-7000-8000-000000000000')
  await expect(page.getByRole('alert')).toContainText('Не получилось загрузить')
})

test('the desk reads well for everybody', async ({ browser, page }) => {
  test.setTimeout(240_000)
  const guest = await visitor(browser)
  const who = await newcomer(page, guest.page, 'Вера Ильина')
  await fillCard(guest.page)
  await ask(guest.page, 'POST', '/api/card/submit', {})
  await checkAxeEverywhere(page, `/desk/specialists/${who.id}`)
  await open(page, `/desk/specialists/${who.id}`)
  await checkTree(page, 'specialist-review', 'main')
  await open(page, `/desk/specialists?name=${encodeURIComponent('Айгуль Соколова')}`)
  await checkTree(page, 'specialists', 'main')
  await checkAxeEverywhere(page, '/desk/specialists?state=submitted')
  await checkAxeEverywhere(page, '/desk/specialists?view=invitations')
  await page.setViewportSize({ width: 1280, height: 860 })
  for (const address of [`/desk/specialists/${who.id}`, '/desk/specialists', '/desk/specialists?view=invitations']) {
    await open(page, address)
    await checkFits(page)
  }
  await open(page, '/desk/specialists?name=%D0%BD%D0%B8%D0%BA%D0%BE%D0%B3%D0%BE-%D1%82%D0%B0%D0%BA%D0%BE%D0%B3%D0%BE')
  await expect(page.getByText('Никого не нашлось')).toBeVisible()
  await page.getByRole('button', { name: 'Показать всех' }).click()
  await expect(page.getByRole('table')).toBeVisible()
})
