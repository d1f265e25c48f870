// A pass: made and blinded here, signed by the server without being seen, unblinded here (RFC 9474, RSABSSA-SHA384-PSS-Randomized).
import { RSABSSA } from '@cloudflare/blindrsa-ts'
import { fromBase64Url, hex, toBase64Url } from './bytes'

/** What stays in the tab until the answer is there: an answer that is lost on the way can be asked for again only for the same blinded message. */
export interface Wallet {
  /** Of the company's key, in hexadecimal digits. */
  fingerprint: string
  /** The key. */
  key: string
  /** What is to be signed, random prefix and all; what it was blinded by; and what the server sees. In base64url. */
  message: string
  inverse: string
  blinded: string
}

const VERSION = 1
const MESSAGE_BYTES = 32
const suite = RSABSSA.SHA384.PSS.Randomized()

const readKey = (key: string): Promise<CryptoKey> =>
  crypto.subtle.importKey('spki', fromBase64Url(key), { name: 'RSA-PSS', hash: 'SHA-384' }, true, ['verify'])

/** A new message, blinded for the key. */
export async function blind(key: string, fingerprint: string): Promise<Wallet> {
  // What is shown to compare must be of the very key.
  if (hex(new Uint8Array(await crypto.subtle.digest('SHA-256', fromBase64Url(key)))) !== fingerprint) throw new Error('the key is not that of its fingerprint')
  const message = suite.prepare(crypto.getRandomValues(new Uint8Array(MESSAGE_BYTES)))
  const { blindedMsg, inv } = await suite.blind(await readKey(key), message)
  return { fingerprint, key, message: toBase64Url(message), inverse: toBase64Url(inv), blinded: toBase64Url(blindedMsg) }
}

/** The pass, as it is kept. Fails if the signature is not the key's. */
export async function unblind(wallet: Wallet, signed: string): Promise<string> {
  const message = fromBase64Url(wallet.message)
  const signature = await suite.finalize(await readKey(wallet.key), message, fromBase64Url(signed), fromBase64Url(wallet.inverse))
  const fingerprint = Uint8Array.from(wallet.fingerprint.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  return toBase64Url(Uint8Array.of(VERSION, ...fingerprint, ...message, ...signature))
}
