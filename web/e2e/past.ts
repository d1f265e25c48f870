// People of the demo with a past consultation that nobody has said anything about yet.
import type { Page } from '@playwright/test'
import { ask, type DemoPerson } from './people'

export interface Past { id: string; status: string; specialist: { id: string; display_name: string } }
interface After { can_rate: boolean; can_answer_safety: boolean }

/** A person of the demo with a consultation that nobody has rated yet; each run uses up one of about a hundred. */
export async function withUnrated(page: Page): Promise<{ person: string; visit: Past }> {
  await page.goto('/urgent')
  const listed = await ask<DemoPerson[]>(page, 'GET', '/api/demo/people')
  const people = listed.filter(({ kind }) => kind === 'employee').map(({ id }) => id)
  // The sign-in page lists a few; the specialists know the others.
  for (const { id } of listed.filter(({ kind }) => kind === 'specialist')) {
    await ask(page, 'POST', '/api/demo/sign-in', { person_id: id })
    people.push(...(await ask<{ clients: { id: string }[] }>(page, 'GET', '/api/clients')).clients.map((client) => client.id))
  }
  for (const person of people) {
    // Newcomers made by other tests are no people of the demo.
    const isDemo = await ask(page, 'POST', '/api/demo/sign-in', { person_id: person }).then(() => true, () => false)
    if (!isDemo) continue
    const { items } = await ask<{ items: Past[] }>(page, 'GET', '/api/appointments?when=past')
    for (const visit of items.filter(({ status }) => status === 'completed')) {
      const after = await ask<After>(page, 'GET', `/api/appointments/${visit.id}/after`)
      if (after.can_rate && after.can_answer_safety) return { person, visit }
    }
  }
  throw new Error('everything in the demo is rated: start it anew')
}
