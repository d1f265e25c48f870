// A phone's "back", also upon the page that was loaded first: a typed address, a link in a mail. Behind it lies another document.
import type { Page } from '@playwright/test'
import { CODE, categoryOf, newcomer, somebodyFree } from './employee'
import { expect, open, test } from './harness'
import { ask } from './people'

const sheet = (page: Page) => page.getByRole('dialog')
const aTime = (page: Page) => page.locator('main').getByRole('button', { name: /\d\d:\d\d$/ }).first()
const isLeft = (page: Page) => expect(page).toHaveURL(/\/urgent$/)

/** The page of somebody who has time, loaded by its address. */
async function specialist(page: Page): Promise<string> {
  await newcomer(page)
  const category = await categoryOf(page, 'psychologist')
  const { id } = await somebodyFree(page, category)
  const address = `/find/${id}?category=${category.id}`
  await open(page, address)
  return address
}

test('"back" closes what lies over the page, however often; the next one leaves', async ({ page }) => {
  const address = await specialist(page)
  for (let n = 0; n < 2; n++) {
    await aTime(page).click()
    await expect(sheet(page).getByRole('timer')).toBeVisible()
    await page.goBack()
    await expect(sheet(page)).toBeHidden()
    await expect(page).toHaveURL(address)
  }
  await page.goBack()
  await isLeft(page)
})

test('what was closed by its button leaves nothing behind, neither back nor forward', async ({ page }) => {
  const address = await specialist(page)
  await aTime(page).click()
  await expect(sheet(page).getByRole('timer')).toBeVisible()
  await sheet(page).getByRole('button', { name: 'Закрыть' }).click()
  await expect(sheet(page)).toBeHidden()
  await page.evaluate(() => { history.forward() })
  await expect(page).toHaveURL(address)
  await page.goBack()
  await isLeft(page)
})

test('from a dialog to another page and back: each page lies there once', async ({ page }) => {
  const address = await specialist(page)
  await aTime(page).click()
  await sheet(page).getByRole('button', { name: 'Записаться' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Консультация' })).toBeVisible()
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  await page.goBack()
  await expect(page).toHaveURL(address)
  await expect(aTime(page)).toBeVisible()
  await page.goBack()
  await isLeft(page)
  const { policy } = await ask<{ policy: { counts_now: boolean } }>(page, 'GET', `/api/appointments/${id}`)
  await ask(page, 'POST', `/api/appointments/${id}/cancel`, { expects_counted: policy.counts_now })
})

test('from the second step of an entry "back" leads to the first, with what was typed', async ({ page }) => {
  await page.goto('/urgent')
  for (const [address, typed, second] of [['/enter?by=code', CODE, 'Как к вам обращаться?'], ['/enter?by=email', 'klen@company1.demo.example', 'Код из письма']] as const) {
    await open(page, address)
    const first = await page.getByRole('heading', { level: 1 }).innerText()
    await page.getByRole('textbox').fill(typed)
    await page.locator('form [type=submit]').click()
    await expect(page.getByRole('heading', { level: 1, name: second })).toBeVisible()
    await page.goBack()
    await expect(page.getByRole('heading', { level: 1, name: first })).toBeVisible()
    await expect(page.getByRole('textbox')).toHaveValue(typed)
  }
})
