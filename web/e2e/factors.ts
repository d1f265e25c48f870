// What people prove themselves with, in tests: a passkey in the browser, an authenticator app, the mailbox of the demo.
import { createHmac } from 'node:crypto'
import { expect, type Page } from '@playwright/test'

/** Gives the page's browser a device with passkeys, whose holder always agrees. Lives as long as the page. */
export async function givePasskeyDevice(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

/**
 * The test device answers the list under a field at once, as if the person had chosen there: that is one way in, to be tested by itself. Without
 * it the button can be pressed.
 */
export async function withoutAutofill(page: Page): Promise<void> {
  await page.addInitScript(() => { PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false) })
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function fromBase32(text: string): Buffer {
  const bits = Array.from(text.replaceAll(/[\s=]/g, ''), (char) => alphabet.indexOf(char).toString(2).padStart(5, '0')).join('')
  return Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? [])
}

/** RFC 6238: what the app shows, `steps` half-minutes from now. The server takes each code once, and its neighbours in time. */
export function totp(secret: string, steps = 0): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps))
  const hash = createHmac('sha1', fromBase32(secret)).update(counter).digest()
  const offset = (hash.at(-1) ?? 0) & 15
  return String((hash.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 1_000_000).padStart(6, '0')
}

/** An address nobody else in these tests has, also in the next run. */
export const freshEmail = (name: string): string => `${name}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 6)}@mail.example`

/** Mails that were read by these tests: each is given once, or a code asked for again would be the former one while the new one is on its way. */
const read = new Set<string>()

/** Waits for a new mail to `address` whose text matches, and gives the first group. */
export async function mailed(page: Page, address: string, pattern: RegExp): Promise<string> {
  let found: string | undefined
  await expect.poll(async () => {
    const list = await (await page.request.get('/demo/mailbox')).text()
    const names = [...list.matchAll(/href="(\/demo\/mailbox\/[^"]+)">[^<]*<\/a> <span>([^<]*)</g)].filter(([, , to]) => to === address)
    for (const [, mail = ''] of names.filter(([, name = '']) => !read.has(name))) {
      found = pattern.exec(await (await page.request.get(mail)).text())?.[1]
      if (found === undefined) continue
      read.add(mail)
      return true
    }
    return false
  }, { timeout: 20_000 }).toBe(true)
  return found ?? ''
}

export const invitationIn = /(\/invitation#[\w-]+)/
export const codeIn = /<pre>[\s\S]*?\b(\d{3}\s?\d{3})\b/

/** Shows on a page that asks for it that the mailbox of an address is one's own. */
export async function proveAddress(page: Page, address: string): Promise<void> {
  await page.getByLabel('Почта').fill(address)
  await page.getByRole('button', { name: 'Получить код' }).click()
  await page.getByLabel('Код').fill(await mailed(page, address, codeIn))
  await page.getByRole('button', { name: 'Продолжить' }).click()
}
