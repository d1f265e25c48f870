// People of the demo in real browsers: each in a context of their own, entered by one click's request.
import type { Browser, BrowserContext, Page } from '@playwright/test'

export interface DemoPerson {
  id: string
  kind: 'employee' | 'specialist' | 'hr' | 'staff'
  display_name: string
  capabilities: string[]
}

export interface Visitor {
  page: Page
  context: BrowserContext
}

/** A new browser of somebody not signed in. */
export async function visitor(browser: Browser, options: Parameters<Browser['newContext']>[0] = {}): Promise<Visitor> {
  const context = await browser.newContext({ permissions: ['camera', 'microphone'], ...options })
  return { context, page: await context.newPage() }
}

/** Asks the API as the page would, with its cookies. */
export async function ask<T>(page: Page, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await page.evaluate(async ([m, p, b]) => {
    const response = await fetch(p, {
      method: m,
      headers: { 'X-Ponimau-CSRF': '1', 'Idempotency-Key': crypto.randomUUID(), 'Accept-Language': 'ru', ...(b === null ? {} : { 'Content-Type': 'application/json' }) },
      body: b,
    })
    return { status: response.status, text: await response.text() }
  }, [method, path, body === undefined ? null : JSON.stringify(body)] as const)
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${String(answer.status)} ${answer.text}`)
  return (answer.text === '' ? undefined : JSON.parse(answer.text)) as T
}

/** Signs the page's browser in as a person of the demo whom `wanted` chooses. */
export async function enterAs(page: Page, wanted: (person: DemoPerson) => boolean): Promise<DemoPerson> {
  await page.goto('/urgent')
  const people = await ask<DemoPerson[]>(page, 'GET', '/api/demo/people')
  const person = people.find(wanted)
  if (!person) throw new Error('the demo has no such person')
  await ask(page, 'POST', '/api/demo/sign-in', { person_id: person.id })
  return person
}
