// People at the real Keycloak's pages, and its administrator.
import { expect, type Locator, type Page } from '@playwright/test'
import { totp } from './factors'
import { ask, type DemoPerson } from './people'

const keycloak = process.env.KEYCLOAK_URL ?? 'http://localhost:8180'
/** The demo's realm is named by its brand. */
const realm = 'ponimayu'
const demoPassword = 'ponimau demo 2026'

export const atKeycloak = new RegExp(`^${keycloak.replaceAll('.', '\\.')}/`)

/** Keycloak's own page of an account. */
export const accountConsole = `${keycloak}/realms/${realm}/account/`

/** From the product's door to Keycloak's page, as one of the demo's people. */
export async function toKeycloakAs(page: Page, wanted: (person: DemoPerson) => boolean): Promise<DemoPerson> {
  await page.goto('/sign-in')
  const person = (await ask<DemoPerson[]>(page, 'GET', '/api/demo/people')).find(wanted)
  if (!person) throw new Error('the demo has no such person')
  await page.getByRole('button', { name: new RegExp(`^${person.display_name.replaceAll(/[()]/g, String.raw`\$&`)}`) }).click()
  await page.waitForURL(atKeycloak)
  return person
}

/** In by the passkey that one has, from the product's door. */
export async function byPasskey(page: Page): Promise<void> {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Войти', exact: true }).click()
  await page.waitForURL(atKeycloak)
  await page.locator('#authenticateWebAuthnButton').click()
}

/** The password's form. */
export async function givePassword(page: Page, password = demoPassword): Promise<void> {
  await page.locator('#password').fill(password)
  await page.locator('#kc-login').click()
}

/** Connects an authenticator app, as at a first sign-in. Gives its secret. */
export async function connectApp(page: Page): Promise<string> {
  await page.locator('#kc-totp-manual summary').click()
  const secret = (await page.locator('#kc-totp-secret-key').innerText()).replaceAll(/\s/g, '')
  await page.locator('#totp').fill(totp(secret))
  await page.locator('#saveTOTPBtn').click()
  return secret
}

/** The app's code, one that has not been used. */
export async function giveCode(page: Page, secret: string, steps: number): Promise<void> {
  await page.locator('#otp').fill(totp(secret, steps))
  await page.locator('#kc-login').click()
}

/** What a form there refuses. */
export const refusal = (page: Page): Locator => page.locator('[id^="input-error"], .pf-v5-c-alert.pf-m-danger').filter({ visible: true }).first()

/** A new password, at Keycloak's page for one. */
export async function choosePassword(page: Page, password: string): Promise<void> {
  await page.locator('#password-new').fill(password)
  await page.locator('#password-confirm').fill(password)
  await page.locator('#kc-submit, input[type=submit], button[type=submit]').first().click()
}

/** At Keycloak's own page, by what is one's own. */
export async function byPassword(page: Page, address: string, password: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Войти', exact: true }).click()
  await page.waitForURL(atKeycloak)
  await page.locator('#username').fill(address)
  await givePassword(page, password)
}

/** From a page that listens to nothing: the others notice, and go to the door by themselves. */
export async function signOut(page: Page): Promise<void> {
  await page.goto('/urgent')
  await ask(page, 'POST', '/api/auth/sign-out')
}

/** Asks Keycloak's Admin API, as its console does; `of`: of which realm. */
export async function admin(page: Page, method: string, path: string, data?: unknown, of: string = realm): Promise<unknown> {
  const { access_token } = await (await page.request.post(`${keycloak}/realms/master/protocol/openid-connect/token`, {
    form: { grant_type: 'password', client_id: 'admin-cli', username: 'admin', password: process.env.KEYCLOAK_PASSWORD ?? '' },
  })).json() as { access_token: string }
  const answer = await page.request.fetch([`${keycloak}/admin/realms`, of, path].filter((part) => part !== '').join('/'), {
    method, headers: { Authorization: `Bearer ${access_token}` }, ...(data === undefined ? {} : { data }),
  })
  expect(answer.ok(), `${method} ${path}: ${String(answer.status())} ${answer.ok() ? '' : await answer.text()}`).toBe(true)
  const text = await answer.text()
  return text === '' ? undefined : JSON.parse(text)
}

/**
 * Takes an account's apps, recovery codes and sessions away, so that the next sign-in is its first: also at a second try of a test. With many sessions, Keycloak would end the oldest
 * and then ask for the password where a second factor is all that is missing.
 */
export async function withoutApp(page: Page, id: string): Promise<void> {
  for (const { id: credential, type } of await admin(page, 'GET', `users/${id}/credentials`) as { id: string; type: string }[]) {
    if (type === 'otp' || type === 'recovery-authn-codes') await admin(page, 'DELETE', `users/${id}/credentials/${credential}`)
  }
  await admin(page, 'POST', `users/${id}/logout`)
}
