// The specialist's clients and sealed notes: what is written stays, also over a reload, and is nobody else's.
import { checkAxeEverywhere, checkFits, checkTree, expect, open, screens, test } from './harness'
import { ask, enterAs, visitor, type DemoPerson } from './people'

interface Clients { clients: { id: string; name: string }[] }

test('a link that is only hovered opens nobody’s record', async ({ page }) => {
  await enterAs(page, (p) => p.kind === 'specialist')
  const { clients: [first, second] } = await ask<Clients>(page, 'GET', '/api/clients')
  if (!first || !second) throw new Error('the specialist has too few clients in the demo')
  // The page's code is here already, so that nothing but the rule keeps its data from being asked for.
  await open(page, `/work/clients/${first.id}`)
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await page.getByRole('link', { name: 'Клиенты' }).first().click()
  const link = page.locator(`a[href="/work/clients/${second.id}"]`)
  await link.hover()
  // Another link's data does come early: by then the first one's would have, too.
  const early = page.waitForRequest((request) => new URL(request.url()).pathname === '/api/card')
  await page.getByRole('link', { name: 'Карточка' }).first().hover()
  await early
  expect(asked).not.toContain(`/api/clients/${second.id}`)
  await link.click()
  await expect(page.getByRole('heading', { level: 1, name: second.name })).toBeVisible()
  expect(asked).toContain(`/api/clients/${second.id}`)
})

test('a note saves itself, survives a reload, and is not there for another specialist', async ({ browser }) => {
  const [own, other] = [await visitor(browser), await visitor(browser)]
  const { page } = own
  const me = await enterAs(page, (p) => p.kind === 'specialist')
  const { clients } = await ask<Clients>(page, 'GET', '/api/clients')
  const client = clients[0]
  if (!client) throw new Error('the specialist has no clients in the demo')
  await open(page, '/work/clients')
  await page.getByRole('list', { name: 'Клиенты' }).getByRole('link', { name: client.name, exact: true }).first().click()
  await expect(page.getByRole('heading', { level: 1, name: client.name })).toBeVisible()

  const visit = page.getByRole('article').first()
  const field = visit.getByRole('textbox', { name: 'Ваша заметка' })
  await expect(field.or(visit.getByRole('button', { name: /заметк/i })).first()).toBeVisible()
  if (await field.count() === 0) await visit.getByRole('button', { name: /заметк/i }).click()
  const text = `Договорились вернуться к сну. ${crypto.randomUUID()}`
  await field.fill(text)
  await expect(visit).toContainText('Сохранено')
  await page.reload()
  await expect(page.getByRole('article').first().getByRole('button', { name: /заметк/i }).or(page.getByRole('textbox', { name: 'Ваша заметка' })).first()).toBeVisible()
  if (await field.count() === 0) await visit.getByRole('button', { name: /заметк/i }).click()
  await expect(field).toHaveValue(text)

  // Nobody else's page has it: not another specialist's, not by the address.
  await enterAs(other.page, (p: DemoPerson) => p.kind === 'specialist' && p.id !== me.id)
  const theirs = await ask<Clients>(other.page, 'GET', '/api/clients')
  const stranger = clients.find((one) => !theirs.clients.some((their) => their.id === one.id))
  if (stranger) await expect(ask(other.page, 'GET', `/api/clients/${stranger.id}`)).rejects.toThrow('404')
  for (const { context } of [own, other]) await context.close()
})

test('both screens read well in every dress', async ({ page }) => {
  test.setTimeout(120_000)
  await enterAs(page, (p) => p.kind === 'specialist')
  const { clients } = await ask<Clients>(page, 'GET', '/api/clients')
  await open(page, '/work/clients')
  await checkTree(page, 'work-clients', 'main')
  await checkFits(page)
  await checkAxeEverywhere(page, '/work/clients')
  await open(page, `/work/clients/${clients[0]?.id ?? ''}`)
  await checkTree(page, 'work-client', 'main')
  await checkFits(page)
  await screens(page, 'client')
  await checkAxeEverywhere(page, `/work/clients/${clients[0]?.id ?? ''}`)
})
