// A specialist who has just come: invited by the operator, with an account and an empty card.
import { randomUUID } from 'node:crypto'
import { expect, type Page } from '@playwright/test'
import { ask, enterAs, type DemoPerson } from './people'

export const isCatalogueStaff = (person: DemoPerson): boolean => person.kind === 'staff' && person.capabilities.length === 1 && person.capabilities[0] === 'catalogue'

export interface Newcomer {
  id: string
  name: string
  email: string
}

interface Category { id: string; slug: string; status: string; name: { ru: string } }

export const uniqueEmail = (): string => `newcomer-${randomUUID().slice(0, 12)}@example.test`

/** The secret of the invitation's link, from the newest mail to the address. */
export async function invitationSecret(page: Page, email: string): Promise<string> {
  let secret = ''
  await expect.poll(async () => {
    const list = await (await page.request.get('/demo/mailbox')).text()
    const address = new RegExp(`href="(/demo/mailbox/[^"]+)">[^<]*</a> <span>${email.replaceAll('.', '\\.')}<`).exec(list)?.[1]
    if (address === undefined) return ''
    secret = /\/invitation#([\w-]+)/.exec(await (await page.request.get(address)).text())?.[1] ?? ''
    return secret
  }, { timeout: 20_000, message: `no invitation for ${email} came` }).not.toBe('')
  return secret
}

export async function accept(page: Page, secret: string, name: string): Promise<string> {
  await page.goto('/urgent')
  await ask(page, 'POST', '/api/invitations/accept', { token: secret, display_name: name, time_zone: 'Europe/Moscow' })
  const { person } = await ask<{ person: { id: string } }>(page, 'GET', '/api/me')
  return person.id
}

/** `staff` and `page` are browsers of two people; both are signed in afterwards. */
export async function newcomer(staff: Page, page: Page, name: string, slug = 'psychologist'): Promise<Newcomer> {
  await enterAs(staff, isCatalogueStaff)
  const { categories } = await ask<{ categories: Category[] }>(staff, 'GET', '/api/operator/categories')
  const category = categories.find((one) => one.slug === slug) ?? categories.find((one) => one.status === 'published')
  if (!category) throw new Error('the demo has no category')
  const email = uniqueEmail()
  await ask(staff, 'POST', '/api/specialist-invitations', { email, name, category_ids: [category.id] })
  const id = await accept(page, await invitationSecret(staff, email), name)
  return { id, name, email }
}

/** A picture drawn by the browser, as a camera's file would be. */
export async function picture(page: Page, kind: 'image/png' | 'image/jpeg' = 'image/png', width = 320, height = 320): Promise<Buffer> {
  const base64 = await page.evaluate(([type, w, h]) => {
    const canvas = document.createElement('canvas')
    canvas.width = w
    canvas.height = h
    const context = canvas.getContext('2d')
    if (!context) throw new Error('no canvas')
    context.fillStyle = 'rgb(96, 150, 132)'
    context.fillRect(0, 0, w, h)
    context.fillStyle = 'rgb(240, 220, 200)'
    context.beginPath()
    context.arc(w / 2, h * 0.42, w * 0.2, 0, 2 * Math.PI)
    context.ellipse(w / 2, h * 0.95, w * 0.36, h * 0.28, 0, 0, 2 * Math.PI)
    context.fill()
    return canvas.toDataURL(type).split(',')[1] ?? ''
  }, [kind, width, height] as const)
  return Buffer.from(base64, 'base64')
}

/** A small PDF, as far as its marks go. */
export const pdf = (): Buffer => Buffer.from('%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n')

/** Fills the whole card by the API, for tests that begin with a filled one. */
export async function fillCard(page: Page, headline = 'Помогаю пережить перемены'): Promise<void> {
  interface Card { education: { id: string }[]; categories: string[]; choices: { id: string; topics: { id: string }[] }[] }
  const card = await ask<Card>(page, 'GET', '/api/card')
  const topics = card.choices.find((choice) => choice.id === card.categories[0])?.topics.slice(0, 2).map((topic) => topic.id)
  await ask(page, 'PATCH', '/api/card', {
    gender: 'female', languages: ['ru', 'kk'], formats: ['video', 'audio'], approaches: ['КПТ', 'ACT'], practising_since: 2014, price_minor: 350_000, topics,
    headline: { ru: headline, kk: 'Өзгерістерді көтеруге көмектесемін' }, about: { ru: 'Десять лет работаю с тревогой и усталостью.\nГоворю спокойно и по делу.' },
  })
  await upload(page, '/api/card/photo', 'me.png', await picture(page))
  const { education } = await ask<Card>(page, 'POST', '/api/card/education', { title: 'Клинический психолог', institution: 'МГУ', year: 2012 })
  await upload(page, `/api/card/education/${education[0]?.id ?? ''}/document`, 'diploma.pdf', pdf())
}

/** Sends a file as whoever is signed in at `page`. */
export async function upload(page: Page, path: string, name: string, content: Buffer): Promise<void> {
  const answer = await page.request.post(path, {
    headers: { 'X-Ponimau-CSRF': '1', 'Idempotency-Key': randomUUID() },
    multipart: { file: { name, mimeType: 'application/octet-stream', buffer: content } },
  })
  expect(answer.status(), await answer.text()).toBe(200)
}
