// A client company and its own sign-in: a second realm of the same Keycloak, which the product knows as any company's.
import { expect, type Browser, type Page } from '@playwright/test'
import { freshEmail } from './factors'
import { admin, connectApp, givePassword, toKeycloakAs, withoutApp } from './keycloak'
import { ask, visitor, type Visitor } from './people'

const keycloak = process.env.KEYCLOAK_URL ?? 'http://localhost:8180'
/** Of everybody at the company. */
const PASSWORD = 'work password 2026'
const SECRET = 'only between the two'

export interface Company {
  id: string
  name: string
  domain: string
  /** The company's own realm. */
  realm: string
  issuer: string
}

/** An administrator who has just shown an app. */
export async function administrator(browser: Browser): Promise<Visitor> {
  const staff = await visitor(browser)
  const { id } = await toKeycloakAs(staff.page, (person) => person.capabilities.length > 2)
  await withoutApp(staff.page, id)
  await givePassword(staff.page)
  await connectApp(staff.page)
  await staff.page.waitForURL('**/desk/live')
  return staff
}

/** A company with a contract and a domain; its realm has the people named by their addresses. */
export async function newCompany(staff: Page, people: readonly string[]): Promise<Company> {
  const mark = freshEmail('c').split('@')[0]?.replaceAll(/[^a-z0-9]/g, '') ?? ''
  const name = `Акме ${mark}`
  const domain = `${mark}.example`
  const realm = `company-${mark}`
  const year = new Date().getFullYear()
  const { id } = await ask<{ id: string }>(staff, 'POST', '/api/operator/companies', { name })
  const { categories } = await ask<{ categories: { id: string; status: string }[] }>(staff, 'GET', '/api/operator/categories')
  const covered = categories.find(({ status }) => status === 'published')
  await ask(staff, 'POST', `/api/operator/companies/${id}/contracts`, {
    number: '1', starts_on: `${String(year)}-01-01`, ends_on: `${String(year + 1)}-12-31`, coverage: [{ category_id: covered?.id, sessions_per_year: 8 }],
  })
  await ask(staff, 'POST', `/api/operator/companies/${id}/domains`, { domain })
  return await newServer(staff, { id, name, domain }, realm, people.map((email) => ({ email })))
}

/** A server of a company's, and whom it knows; with `id`, under a name of our choice. */
export async function newServer(
  staff: Page, company: Pick<Company, 'id' | 'name' | 'domain'>, realm: string, people: readonly { email: string; id?: string }[],
): Promise<Company> {
  const { id, name, domain } = company
  const endpoint = `${keycloak}/realms/ponimayu/broker/company-${id}/endpoint`
  await admin(staff, 'POST', '', {
    realm, enabled: true, sslRequired: 'none', registrationAllowed: false,
    clients: [
      { clientId: 'ponimau', publicClient: false, secret: SECRET, standardFlowEnabled: true, redirectUris: [endpoint] },
      {
        clientId: `${keycloak}/realms/ponimayu`, protocol: 'saml', redirectUris: [endpoint],
        attributes: { 'saml.assertion.signature': 'true', 'saml.client.signature': 'false', 'saml_force_name_id_format': 'true', 'saml_name_id_format': 'persistent' },
        protocolMappers: [{
          name: 'email', protocol: 'saml', protocolMapper: 'saml-user-property-mapper',
          config: { 'user.attribute': 'email', 'attribute.name': 'email', 'attribute.nameformat': 'Basic' },
        }],
      },
    ],
    users: people.map(({ email, id }) => ({
      ...(id !== undefined && { id }), username: email.split('@')[0], email: email.includes('@') ? email : `${email}@${domain}`, emailVerified: true, enabled: true, firstName: 'И', lastName: 'П',
      credentials: [{ type: 'password', value: PASSWORD, temporary: false }],
    })),
  }, '')
  return { id, name, domain, realm, issuer: `${keycloak}/realms/${realm}` }
}

/** What an administrator enters. */
export const oidcOf = ({ issuer }: Company) => ({ protocol: 'oidc', address: issuer, client_id: 'ponimau', client_secret: SECRET, is_on: true })
export const samlOf = ({ issuer }: Company) => ({ protocol: 'saml', address: `${issuer}/protocol/saml/descriptor`, is_on: true })
export const secretOf = (): string => SECRET

/** Connects it and waits until Keycloak has it. */
export async function connect(staff: Page, company: Company, wish: object = oidcOf(company)): Promise<void> {
  await ask(staff, 'PUT', `/api/operator/companies/${company.id}/sso`, wish)
  await isThere(staff, company)
}

export async function isThere(staff: Page, { id }: Company): Promise<void> {
  await expect.poll(async () => (await ask<{ state: string }>(staff, 'GET', `/api/operator/companies/${id}/sso`)).state).toBe('done')
}

export const demand = (staff: Page, { id, domain }: Company, needs_sso: boolean) =>
  ask(staff, 'PUT', `/api/operator/companies/${id}/domains/${domain}/sso`, { needs_sso })

/** At the company's own page. */
export async function signInAtWork(page: Page, { realm }: Company, name: string): Promise<void> {
  await page.waitForURL(new RegExp(`/realms/${realm}/`))
  await page.locator('#password').waitFor()
  const field = page.locator('#username')
  // Who is known there already is asked for the password alone.
  if (await field.isVisible()) await field.fill(name)
  await givePassword(page, PASSWORD)
}
