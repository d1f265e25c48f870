// The first visit: a company code or a company address, the consents, what brings one, and who can help.
import { chromium, type Page } from '@playwright/test'
import { agree, anAddress, categoryOf, checkAxeHere, CODE, jumped, mailTo, newcomer } from './employee'
import { checkFits, checkTree, expect, open, screens, test } from './harness'
import { ask } from './people'

const submit = (page: Page) => page.locator('main form button[type=submit]').click()
const heading = (page: Page, name: string | RegExp) => expect(page.getByRole('heading', { level: 1, name })).toBeVisible()

/** Both documents, one by one; each is its own decision. */
async function giveConsents(page: Page): Promise<void> {
  for (const title of ['Согласие на обработку персональных данных', 'Согласие на обработку сведений о самочувствии']) {
    const document = page.getByRole('region', { name: title })
    await document.getByRole('button', { name: 'Даю согласие' }).click()
    await expect(document.getByText('Согласие дано')).toBeVisible()
    // Some categories need only the first: who has given it does not put anything off.
    await expect(page.getByRole('button', { name: 'Дальше' })).toBeVisible()
  }
}

test.describe('with a wrong code', () => {
  test.use({ allowedErrors: /status of 4\d\d/ })

  test('a newcomer with a company code agrees, says what brings them, and sees who can help and why', async ({ page }) => {
    const asked: string[] = []
    page.on('request', (request) => { asked.push(request.url()) })
    await open(page, '/enter?by=code')
    await page.getByRole('textbox').fill('NO-SUCH-CODE')
    await submit(page)
    await expect(page.getByRole('textbox')).toHaveAttribute('aria-invalid', 'true')
    await page.getByRole('textbox').fill(CODE.toLowerCase().replaceAll('-', ''))
    await submit(page)
    await page.getByLabel('Имя или псевдоним').fill('Тихий чай')
    await submit(page)
    // Without an address the device is the only way back: that is said before anything else, and may be left for later.
    await heading(page, 'Как вы сюда вернётесь?')
    await page.getByRole('button', { name: 'Не сейчас' }).click()

    await heading(page, 'Согласия')
    await expect(page.getByText('Работодатель не узнает, что вы здесь', { exact: false })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Решить позже' })).toBeVisible()
    await giveConsents(page)
    await page.getByRole('button', { name: 'Дальше' }).click()

    await heading(page, 'Что привело вас сюда?')
    await page.getByRole('link', { name: 'Психолог', exact: true }).click()
    await heading(page, 'О чём хочется поговорить?')
    await page.getByRole('button', { name: 'Тревога' }).click()
    await page.getByText('Ещё 4 коротких вопроса, по желанию').click()
    await page.getByRole('radio', { name: 'Несколько недель' }).click()
    await page.getByRole('radio', { name: '7', exact: true }).click()
    await page.getByLabel('Что важно знать специалисту заранее?').fill('Плохо сплю перед отчётами')
    // Sealed content: what is typed is nowhere in the browser's stores.
    const kept = await page.evaluate(() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]))
    expect(kept).not.toContain('отчёт')
    await page.getByRole('button', { name: 'Показать, кто поможет' }).click()

    await heading(page, 'Кто может помочь')
    await expect(page.getByRole('button', { name: 'Тревога' })).toHaveAttribute('aria-pressed', 'true')
    const first = page.getByRole('article').first()
    await expect(first.getByRole('list', { name: 'Почему в списке' })).toContainText('Работает с темой «Тревога»')
    await expect(first.getByRole('button', { name: /\d\d:\d\d$/ }).first()).toBeVisible()

    // With what somebody comes stands in no address, and is there after a reload and on the way back.
    await page.reload()
    await expect(page.getByRole('button', { name: 'Тревога' })).toHaveAttribute('aria-pressed', 'true')
    await first.getByRole('link').first().click()
    await expect(page).toHaveURL(/\/find\/[0-9a-f-]+/)
    await page.getByRole('link', { name: 'Кто может помочь' }).click()
    await expect(page.getByRole('button', { name: 'Тревога' })).toHaveAttribute('aria-pressed', 'true')
    await page.goBack()
    await page.goBack()
    await expect(page.getByRole('button', { name: 'Тревога' })).toHaveAttribute('aria-pressed', 'true')
    await expect(first).toContainText('Работает с темой «Тревога»')
    const { topics } = await categoryOf(page, 'psychologist')
    expect(topics.length).toBeGreaterThan(0)
    for (const { id } of topics) expect(asked.filter((address) => address.includes(id))).toEqual([])

    // What was said is there on the next visit, and can be taken back.
    await page.getByRole('link', { name: 'Изменить, что привело' }).click()
    await expect(page.getByLabel('Что важно знать специалисту заранее?')).toHaveValue('Плохо сплю перед отчётами')
    await expect(page.getByRole('radio', { name: '7', exact: true })).toBeChecked()
    await page.getByRole('radio', { name: '7', exact: true }).click()
    await page.getByRole('button', { name: 'Показать, кто поможет' }).click()
    await page.getByRole('link', { name: 'Изменить, что привело' }).click()
    await expect(page.getByRole('radio', { name: '7', exact: true })).not.toBeChecked()
  })
})

test('a newcomer with a company address enters by the mailed code and may decide on the consents later', async ({ page }) => {
  const email = anAddress()
  await open(page, '/enter?by=email')
  await page.getByRole('textbox').fill(email)
  await submit(page)
  await heading(page, 'Код из письма')
  const code = /\b\d{6}\b/.exec((await mailTo(page, email, 1))[0] ?? '')?.[0] ?? ''
  await page.getByRole('textbox').fill(code)
  await submit(page)
  await page.getByLabel('Имя или псевдоним').fill('Клён')
  await submit(page)
  await heading(page, 'Согласия')
  await page.getByRole('button', { name: 'Решить позже' }).click()
  await heading(page, 'Что привело вас сюда?')
  await page.getByRole('link', { name: 'Пропустить и посмотреть специалистов' }).click()

  // The consents are asked for when they are needed, while the time is held; then one is back where one was.
  await page.getByRole('article').first().getByRole('button', { name: /\d\d:\d\d$/ }).first().click()
  await page.getByRole('dialog').getByRole('link', { name: 'Прочитать' }).click()
  await giveConsents(page)
  await page.getByRole('button', { name: 'Дальше' }).click()
  await heading(page, 'Консультация')
  await expect(page.getByRole('button', { name: 'Записаться' })).toBeVisible()
  await page.getByRole('button', { name: 'Не нужно, освободить время' }).click()
  await heading(page, 'Консультации')
})

test('the consents can be withdrawn, with the consequence told first', async ({ page }) => {
  await newcomer(page)
  await open(page, '/consents')
  const health = page.getByRole('region', { name: 'Согласие на обработку сведений о самочувствии' })
  await health.getByText('Прочитать документ').click()
  await expect(health.getByText('Зачем.')).toBeVisible()
  await health.getByRole('button', { name: 'Отозвать' }).click()
  const question = page.getByRole('alertdialog')
  await expect(question).toContainText('Остальные направления останутся доступны')
  await question.getByRole('button', { name: 'Отозвать' }).click()
  await expect(health.getByRole('button', { name: 'Даю согласие' })).toBeVisible()

  // From then on nothing is asked for that would have to be kept; a topic helps to find somebody all the same.
  await open(page, '/start')
  await page.getByRole('link', { name: 'Психолог', exact: true }).click()
  await heading(page, 'О чём хочется поговорить?')
  await expect(page.getByText('Ещё 4 коротких вопроса, по желанию')).toBeHidden()
  await page.getByRole('button', { name: 'Сон', exact: true }).click()
  await submit(page)
  await expect(page.getByText('Работает с темой «Сон»').first()).toBeVisible()
  const isTold = async () => {
    const { items } = await ask<{ items: { slug: string; is_told: boolean }[] }>(page, 'GET', '/api/categories')
    return items.find((one) => one.slug === 'psychologist')?.is_told
  }
  await expect.poll(isTold).toBe(false)
  await page.goBack()
  await page.getByRole('link', { name: 'Прочитать согласия' }).click()
  await health.getByRole('button', { name: 'Даю согласие' }).click()
  await page.getByRole('button', { name: 'Дальше' }).click()
  await heading(page, 'О чём хочется поговорить?')
  await expect(page.getByText('Ещё 4 коротких вопроса, по желанию')).toBeVisible()

  // No draft of it may stay in the browser, so the browser asks before a reload loses it; once it is as it was, nothing can be lost.
  const isAskedBeforeLeaving = () => page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })))
  await expect.poll(isAskedBeforeLeaving).toBe(false)
  const sleep = page.getByRole('button', { name: 'Сон', exact: true })
  await sleep.click()
  await expect.poll(isAskedBeforeLeaving).toBe(true)
  await sleep.click()
  await expect.poll(isAskedBeforeLeaving).toBe(false)
})

test('the screens of the first visit speak to everybody', async ({ page }) => {
  test.setTimeout(180_000)
  await newcomer(page, { isAgreed: false })
  await page.setViewportSize({ width: 390, height: 844 })
  for (const [name, address] of [['consents', '/consents?next=/start'], ['start', '/start']] as const) {
    await open(page, address)
    expect(await jumped(page), `${address} jumps`).toBeLessThan(0.05)
    await checkTree(page, `employee-${name}`)
    await checkFits(page)
    if (process.env['SCREENS']) await screens(page, `employee-${name}`)
    await checkAxeHere(page, address)
  }
  await page.getByRole('link', { name: 'Психолог', exact: true }).click()
  await heading(page, 'О чём хочется поговорить?')
  await expect(page.getByRole('link', { name: 'Прочитать согласия' })).toBeVisible()
  await checkFits(page)
  if (process.env['SCREENS']) await screens(page, 'employee-reasons-unagreed')
  await checkAxeHere(page, '/start?category')
  await agree(page)
  await page.reload()
  await page.getByText('Ещё 4 коротких вопроса, по желанию').click()
  await checkTree(page, 'employee-reasons')
  await checkFits(page)
  if (process.env['SCREENS']) await screens(page, 'employee-reasons')
  await checkAxeHere(page, '/start?category')
})

test('on a slow line the logo stands until the first screen does, and no longer', async ({ page }) => {
  let release = () => { /* set below */ }
  const held = new Promise<void>((done) => { release = done })
  await page.route(/\/assets\/.*\.js$/, async (route) => {
    await held
    await route.continue()
  })
  await page.goto('/sign-in', { waitUntil: 'commit' })
  const logo = page.locator('body > img')
  await expect(logo).toHaveCSS('opacity', '1')
  await expect(logo).toBeInViewport()
  release()
  await heading(page, 'Вход')
  await expect(logo).toBeHidden()
})

test('without JavaScript the page says what it needs, in each language', async ({ baseURL }) => {
  // Playwright's own switch leaves <noscript> unread.
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--blink-settings=scriptEnabled=false'] })
  const page = await browser.newPage()
  await page.goto(`${baseURL ?? ''}/`)
  const told = page.locator('noscript > p')
  await expect(told).toHaveText([/включите в браузере JavaScript/, /JavaScript-ті қосыңыз/, /switch JavaScript on/])
  for (const words of await told.all()) await expect(words).toBeInViewport()
  await browser.close()
})
