// A specialist fills their card from nothing and hands it in.
import { checkAxeEverywhere, checkFits, checkTree, expect as anyExpect, open, test } from './harness'
import { fillCard, newcomer, pdf, picture } from './newcomer'
import { ask, visitor } from './people'

// Uploads are looked at and encoded anew: on a busy machine that takes a while.
const expect = anyExpect.configure({ timeout: 20_000 })

// Refused files and an unfinished card are answers this test asks for; the browser logs each.
test.use({ allowedErrors: /status of (409|415|422)/ })

const png = { mimeType: 'image/png' }

test('an empty card is filled, refused files are explained, and it is handed in', async ({ browser, page }) => {
  test.setTimeout(240_000)
  const staff = await visitor(browser)
  await newcomer(staff.page, page, 'Мадина Сапарова')
  await open(page, '/work/profile')
  await expect(page.getByText('Карточку видите только вы. Осталось заполнить: фото, заголовок')).toBeVisible()

  // What is missing is said on the fields.
  await page.getByRole('button', { name: 'Отправить на проверку' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'В карточке заполнено не всё' })).toBeVisible()
  const photo = page.getByRole('group', { name: 'Фото' })
  await expect(photo.getByRole('alert')).toHaveText('Добавьте фото.')
  await expect(page.getByLabel('Заголовок на русском')).toHaveAccessibleDescription(/Напишите заголовок/)

  // A file that is not what it says, one that is too large, then a good one.
  const choosePhoto = async (file: { name: string; mimeType: string; buffer: Buffer }) => {
    const chooser = page.waitForEvent('filechooser')
    await photo.getByRole('button', { name: /фото$/ }).first().click()
    await (await chooser).setFiles(file)
  }
  await choosePhoto({ name: 'me.png', ...png, buffer: Buffer.from('Это просто текст') })
  await expect(photo.getByRole('alert')).toContainText('Содержимое файла не соответствует его названию')
  await choosePhoto({ name: 'big.png', ...png, buffer: Buffer.alloc(10 * 1024 * 1024 + 1) })
  await expect(photo.getByRole('alert')).toContainText('Файл больше 10 МБ')
  await choosePhoto({ name: 'me.png', ...png, buffer: await picture(page) })
  await expect(photo.getByRole('button', { name: 'Заменить фото' })).toBeVisible()
  await expect(photo.getByRole('alert')).toHaveCount(0)

  // The preview follows what is typed.
  await page.getByLabel('Заголовок на русском').fill('Помогаю вернуть силы')
  await page.getByLabel('Рассказ о себе на русском').fill('Работаю с выгоранием.')
  const preview = page.getByRole('complementary')
  await expect(preview.getByText('Помогаю вернуть силы')).toBeVisible()
  await expect(preview.getByText('С изменениями, которые ещё не сохранены.')).toBeVisible()

  // A reload loses nothing typed.
  await page.reload()
  await expect(page.getByText('Восстановили то, что вы вводили раньше.')).toBeVisible()
  await expect(page.getByLabel('Рассказ о себе на русском')).toHaveValue('Работаю с выгоранием.')

  await page.getByRole('radio', { name: 'Женщина' }).check({ force: true })
  await page.getByRole('textbox', { name: 'Практика с года' }).fill('2015')
  await page.getByRole('textbox', { name: 'Подходы' }).fill('КПТ')
  await page.getByRole('textbox', { name: 'Подходы' }).press('Enter')
  await page.getByRole('button', { name: 'Тревога' }).click()
  await page.getByRole('checkbox', { name: 'Видео' }).check({ force: true })
  await page.getByRole('textbox', { name: 'Цена консультации' }).fill('3500')
  await page.getByRole('button', { name: 'Сохранить', exact: true }).click()
  await expect(page.getByText('Карточка сохранена.')).toBeVisible()
  await expect(preview.getByText('Только проверенное образование и открытые вам направления.')).toBeVisible()
  const card = await ask<{ price_minor: number; practising_since: number; approaches: string[] }>(page, 'GET', '/api/card')
  expect(card).toMatchObject({ price_minor: 350_000, practising_since: 2015, approaches: ['КПТ'] })

  // Education: the year is asked for, then the document.
  await page.getByRole('button', { name: 'Добавить образование' }).click()
  const dialog = page.getByRole('dialog', { name: 'Добавить образование' })
  await dialog.getByLabel('Специальность или курс').fill('Клинический психолог')
  await dialog.getByLabel('Где учились').fill('КазНУ')
  await dialog.getByRole('button', { name: 'Сохранить запись' }).click()
  await expect(dialog.getByRole('textbox', { name: 'Год окончания' })).toHaveAccessibleDescription(/Укажите год окончания/)
  // Mended, and straight to the button with the mouse: it stays where it is. A touch beside the form loses nothing.
  await dialog.getByRole('textbox', { name: 'Год окончания' }).fill('2014')
  await page.mouse.click(5, 5)
  await expect(dialog.getByRole('textbox', { name: 'Год окончания' })).toHaveValue('2014')
  await dialog.getByRole('textbox', { name: 'Год окончания' }).fill('')
  await dialog.getByRole('button', { name: 'Сохранить запись' }).click()
  await expect(dialog.getByRole('textbox', { name: 'Год окончания' })).toHaveAccessibleDescription(/Укажите год окончания/)
  await dialog.getByRole('textbox', { name: 'Год окончания' }).fill('2014')
  const box = await dialog.getByRole('button', { name: 'Сохранить запись' }).boundingBox()
  await page.mouse.move((box?.x ?? 0) + 20, (box?.y ?? 0) + (box?.height ?? 0) / 2)
  await page.mouse.down()
  await page.mouse.up()
  const entry = page.getByRole('article', { name: 'Клинический психолог' })
  await expect(entry.getByText('КазНУ, 2014')).toBeVisible()

  // What was not saved yet is saved on the way, though the check is refused; the next try sends what has changed since.
  await page.getByLabel('Заголовок на русском').fill('Помогаю вернуть силы и сон ')
  await page.getByLabel('Рассказ о себе на русском').fill('Работаю с выгоранием и тревогой.')
  await page.getByRole('button', { name: 'Отправить на проверку' }).click()
  const document = entry.getByRole('group', { name: /Документ/ })
  await expect(document.getByRole('alert')).toHaveText('Приложите документ.')
  const attach = async (name: string, mimeType: string, buffer: Buffer) => {
    const chooser = page.waitForEvent('filechooser')
    await document.getByRole('button').first().click()
    await (await chooser).setFiles({ name, mimeType, buffer })
  }
  await attach('diploma.pdf', 'application/pdf', Buffer.from('MZ это не PDF'))
  await expect(document.getByRole('alert')).toContainText('Содержимое файла не соответствует его названию')
  await attach('diploma.pdf', 'application/pdf', pdf())
  await expect(entry.getByRole('group', { name: 'Документ: PDF' })).toBeVisible()
  await expect(entry.getByText('ждёт проверки')).toBeVisible()

  await page.getByRole('button', { name: 'Отправить на проверку' }).click()
  await expect(page.getByText('На проверке', { exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Отправить на проверку' })).toHaveCount(0)
  // A handed-in card keeps a face.
  await expect(page.getByRole('button', { name: 'Убрать фото' })).toHaveCount(0)
})

test('the card reads well for everybody', async ({ browser, page }) => {
  test.setTimeout(240_000)
  const staff = await visitor(browser)
  await newcomer(staff.page, page, 'Вера Ильина')
  await fillCard(page)
  await checkAxeEverywhere(page, '/work/profile')
  await page.setViewportSize({ width: 1280, height: 860 })
  await open(page, '/work/profile')
  await checkTree(page, 'work-card', 'main')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByRole('button', { name: 'Посмотреть как сотрудник' }).click()
  await expect(page.getByRole('dialog', { name: 'Как видит сотрудник' }).getByText('Помогаю пережить перемены')).toBeVisible()
  await page.getByRole('dialog').getByRole('button', { name: 'Закрыть' }).click()
  await checkFits(page)

  // Removing asks first.
  await page.getByRole('button', { name: 'Удалить запись' }).click()
  await expect(page.getByRole('alertdialog')).toContainText('Вернуть их нельзя')
  await page.getByRole('alertdialog').getByRole('button', { name: 'Удалить запись' }).click()
  await expect(page.getByRole('article', { name: 'Клинический психолог' })).toHaveCount(0)
})
