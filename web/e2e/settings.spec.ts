// The administrator keeps the phones for urgent help right and the staff in order; an auditor reads; the others see only the phones.
import type { Page } from '@playwright/test'
import { checkAxe, checkAxeEverywhere, checkFits, checkTree, expect, langs, open, screens, test, themes } from './harness'
import { ask, enterAs, visitor, type DemoPerson } from './people'

interface Help {
  version: number
  verified_on: string
  lines: { id: string; number: string; name: Record<string, string>; about: Record<string, string> }[]
}

interface Member {
  id: string
  display_name: string
  capabilities: string[]
  is_me: boolean
}

const is = (capability: string, not?: string) => (person: DemoPerson) =>
  person.kind === 'staff' && person.capabilities.includes(capability) && (not === undefined || !person.capabilities.includes(not))
/** The number this test adds and takes away. */
const tested = '+7 495 000-00-17'
const phones = (page: Page) => ask<Help>(page, 'GET', '/api/public/urgent-help')
const putPhones = async (page: Page, list: Help) => ask(page, 'PUT', '/api/settings/urgent-help', { ...list, version: (await phones(page)).version })

test.describe('phones for urgent help', () => {
  // The server refuses what is wrong on purpose here.
  test.use({ allowedErrors: /status of 422/ })

  test('are changed by the administrator, and everybody sees it', async ({ page, browser }) => {
    await enterAs(page, is('admin'))
    const all = await phones(page)
    // Without what a broken run left behind.
    const before = { ...all, lines: all.lines.filter((line) => line.number !== tested) }
    try {
      await putPhones(page, { ...before, verified_on: '2026-02-01' })
      await open(page, '/desk/settings')
      await expect(page.getByText(/^Номера не проверяли \d+ д/)).toBeVisible()
      await page.getByRole('button', { name: 'Добавить телефон' }).click()
      const added = page.getByRole('region', { name: `Телефон ${String(before.lines.length + 1)}` })
      await added.getByRole('textbox', { name: 'Номер', exact: true }).fill('позвоните нам')
      await page.getByRole('button', { name: 'Сохранить и показать всем' }).click()
      // Each mistake is at its field, in words.
      await expect(added.getByRole('textbox', { name: 'Номер', exact: true })).toHaveAccessibleDescription(/Это не похоже на номер телефона/)
      await expect(added.getByRole('group', { name: 'Чей это телефон' }).getByText('Заполните это поле.')).toHaveCount(3)
      await added.getByRole('textbox', { name: 'Номер', exact: true }).fill(tested)
      for (const [group, ru, kk, en] of [['Чей это телефон', 'Проверочная линия', 'Тексеру желісі', 'A line for testing'], ['Когда и кому отвечают', 'По будням с 9 до 18', 'Жұмыс күндері 9-дан 18-ге дейін', 'On weekdays from 9 to 18']] as const) {
        const texts = added.getByRole('group', { name: group })
        await texts.getByLabel('Русский').fill(ru)
        await texts.getByLabel('Қазақша').fill(kk)
        await texts.getByLabel('English').fill(en)
      }
      // The preview is what everybody will see, in each language.
      const preview = page.getByRole('region', { name: 'Так видят все' })
      await preview.getByRole('radio', { name: 'Қазақша' }).click()
      await expect(preview.getByText('Тексеру желісі')).toBeVisible()
      await page.getByRole('button', { name: 'Проверены сегодня' }).click()
      await page.getByRole('button', { name: 'Сохранить и показать всем' }).click()
      await expect(page.getByText(/^Номера не проверяли/)).toHaveCount(0)

      const stranger = await visitor(browser)
      await open(stranger.page, '/urgent')
      await expect(stranger.page.getByRole('heading', { name: 'Проверочная линия' })).toBeVisible()
      await expect(stranger.page.getByRole('link', { name: /Позвонить \+7 495 000-00-17/ })).toHaveAttribute('href', 'tel:+74950000017')
      await stranger.context.close()

      await page.getByRole('button', { name: 'Проверочная линия: убрать' }).click()
      await page.getByRole('button', { name: 'Сохранить и показать всем' }).click()
      await expect.poll(async () => (await phones(page)).lines.length).toBe(before.lines.length)
    } finally {
      await putPhones(page, before)
    }
  })
})

test.describe('staff', () => {
  test.use({ allowedErrors: /status of (409|422)/ })

  test('are invited, asked again, and taken back', async ({ page }) => {
    const mark = Date.now().toString(36)
    const [name, email] = [`Проверочная ${mark}`, `e2e-${mark}@staff.example`]
    await enterAs(page, is('admin'))
    await open(page, '/desk/settings')
    await page.getByRole('link', { name: 'Команда' }).click()
    await page.getByRole('button', { name: 'Пригласить' }).click()
    const dialog = page.getByRole('dialog', { name: 'Пригласить в команду' })
    await dialog.getByRole('textbox', { name: 'Рабочая почта' }).fill('не почта')
    await dialog.getByRole('button', { name: 'Отправить приглашение' }).click()
    await expect(dialog.getByRole('textbox', { name: 'Рабочая почта' })).toHaveAccessibleDescription(/Это не похоже на адрес почты/)
    await expect(dialog.getByRole('group', { name: 'Права' })).toContainText('Заполните это поле.')
    await dialog.getByRole('textbox', { name: 'Рабочая почта' }).fill(email)
    await dialog.getByRole('textbox', { name: 'Имя' }).fill(name)
    await dialog.getByRole('checkbox', { name: 'Поддержка' }).press('Space')
    await dialog.getByRole('button', { name: 'Отправить приглашение' }).click()
    const invited = page.getByRole('table', { name: 'Приглашения' }).getByRole('row', { name: new RegExp(name) })
    await expect(invited).toContainText('ждёт до')

    // Twice to the same address: told at the address.
    await page.getByRole('button', { name: 'Пригласить' }).click()
    await dialog.getByRole('textbox', { name: 'Рабочая почта' }).fill(email)
    await dialog.getByRole('textbox', { name: 'Имя' }).fill(name)
    await dialog.getByRole('checkbox', { name: 'Аудитор' }).press('Space')
    await dialog.getByRole('button', { name: 'Отправить приглашение' }).click()
    await expect(dialog.getByRole('textbox', { name: 'Рабочая почта' })).toHaveAccessibleDescription(/уже отправлено приглашение/)
    await dialog.getByRole('button', { name: 'Закрыть' }).click()

    await invited.getByRole('button', { name: `${name}: действия` }).click()
    await page.getByRole('menuitem', { name: 'Отправить ещё раз' }).click()
    await expect(page.getByText(`Приглашение отправлено: ${email}`).first()).toBeVisible()
    await invited.getByRole('button', { name: `${name}: действия` }).click()
    await page.getByRole('menuitem', { name: 'Отозвать' }).click()
    await expect(page.getByRole('alertdialog', { name: /^Отозвать приглашение/ })).toContainText('Ссылка из письма перестанет действовать.')
    await page.getByRole('alertdialog', { name: /^Отозвать приглашение/ }).getByRole('button', { name: 'Отозвать' }).click()
    await expect(invited).toHaveCount(0)
  })

  test('capabilities are changed, but never one’s own right to change them', async ({ page }) => {
    const admin = await enterAs(page, is('admin'))
    const members = await ask<Member[]>(page, 'GET', '/api/staff')
    // Two people may bear one name; the row is found by it.
    const others = members.filter((one) => !one.is_me && members.filter(({ display_name }) => display_name === one.display_name).length === 1)
    const other = others.find((one) => one.capabilities.includes('finance')) ?? others[0]
    if (!other) throw new Error('the demo has one member of staff')
    await open(page, '/desk/settings/staff')
    const row = page.getByRole('table', { name: 'Команда' }).getByRole('row', { name: new RegExp(other.display_name.replaceAll(/[()]/g, '.')) })
    const missing = ['support', 'auditor', 'finance', 'safety'].find((one) => !other.capabilities.includes(one)) ?? 'support'
    const word = { support: 'Поддержка', auditor: 'Аудитор', finance: 'Финансы', safety: 'Безопасность' }[missing] ?? ''
    try {
      await row.getByRole('button', { name: /: действия$/ }).click()
      await page.getByRole('menuitem', { name: 'Изменить права' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('checkbox', { name: word }).press('Space')
      await dialog.getByRole('button', { name: 'Сохранить права' }).click()
      await expect(row).toContainText(word)
    } finally {
      await ask(page, 'PUT', `/api/staff/${other.id}/capabilities`, { capabilities: other.capabilities })
    }

    await page.getByRole('button', { name: `${admin.display_name}: действия` }).click()
    await expect(page.getByRole('menuitem', { name: 'Завершить работу' })).toHaveAttribute('aria-disabled', 'true')
    await page.getByRole('menuitem', { name: 'Изменить права' }).click()
    await expect(page.getByRole('dialog').getByRole('checkbox', { name: 'Администратор' })).toBeDisabled()
  })
})

test('an auditor reads the staff, support only the phones', async ({ page, browser }) => {
  // The demo has no auditor of its own: one of the staff is given the capability for a moment.
  const admin = await visitor(browser)
  await enterAs(admin.page, is('admin'))
  const help = await phones(admin.page)
  const members = await ask<Member[]>(admin.page, 'GET', '/api/staff')
  const reader = members.find((one) => one.capabilities.includes('safety') && !one.is_me)
  if (!reader) throw new Error('the demo has nobody else for safety')
  const allow = (capabilities: string[]) => ask(admin.page, 'PUT', `/api/staff/${reader.id}/capabilities`, { capabilities })
  const put = (list: Help) => putPhones(admin.page, list)
  await allow(['safety', 'auditor'])
  await put({ ...help, verified_on: '2026-02-01' })
  try {
    await enterAs(page, (person) => person.id === reader.id)
    await open(page, '/desk/settings/staff')
    await expect(page.getByRole('table', { name: 'Команда' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Пригласить' })).toHaveCount(0)
    await expect(page.getByRole('button', { name: /: действия$/ })).toHaveCount(0)

    await enterAs(page, is('support', 'admin'))
    await open(page, '/desk/settings')
    await expect(page.getByText('Телефоны меняет администратор.')).toBeVisible()
    await expect(page.getByRole('main').getByRole('textbox')).toHaveCount(0)
    await expect(page.getByRole('link', { name: 'Команда' })).toHaveCount(0)
    await page.goto('/desk/settings/staff')
    await expect(page).not.toHaveURL(/staff/)
  } finally {
    await allow(['safety'])
    await put(help)
    await admin.context.close()
  }
})

test.describe('screens of the settings', () => {
  test.slow()

  test('are for everybody, in every language, at every width', async ({ page }) => {
    await enterAs(page, is('admin'))
    await checkAxeEverywhere(page, '/desk/settings/staff')
    for (const [n, lang] of langs.entries()) {
      await open(page, '/desk/settings', lang, themes[n % 2])
      await checkAxe(page, `/desk/settings ${lang}`)
    }
    for (const [address, name] of [['/desk/settings', 'settings-phones'], ['/desk/settings/staff', 'settings-staff']] as const) {
      await open(page, address)
      if (name === 'settings-staff') await checkTree(page, name, 'main')
      await checkFits(page)
      if (process.env['SCREENS'] !== undefined) await screens(page, name)
    }
    await page.getByRole('button', { name: 'Пригласить' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await checkAxe(page, 'invite')
    if (process.env['SCREENS'] !== undefined) await screens(page, 'settings-invite')
  })
})
