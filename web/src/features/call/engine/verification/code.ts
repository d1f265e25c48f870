import { WORDS } from './words'

export type VerificationLocale = 'ru' | 'kk' | 'en'

/** What two people compare aloud; the same on both ends unless somebody sits between them. */
export interface VerificationCode {
  /** Three groups of four digits. */
  readonly digits: readonly [string, string, string]
  /** Five words in each language. A word's place in the lists is its meaning: «күн» is «солнце» is "sun". */
  readonly words: Readonly<Record<VerificationLocale, readonly string[]>>
}

/** One end of the connection: its certificate and its part of the secret of this verification. */
export interface VerificationEnd {
  /** SHA-256 of the DTLS certificate, upper-case hex (`fingerprintOf`). */
  readonly fingerprint: string
  /** 32 random bytes, lower-case hex, promised before the other end's were known (`exchange.ts`). */
  readonly nonce: string
}

export type Sha256 = (data: Uint8Array) => Promise<Uint8Array>

const WORD_COUNT = 5
const DIGITS_MODULUS = 1_000_000_000_000n

/** The code of a connection; the order of the ends does not matter. */
export async function verificationCode(
  sha256: Sha256,
  one: VerificationEnd,
  other: VerificationEnd,
): Promise<VerificationCode> {
  const ends = [`${one.fingerprint}:${one.nonce}`, `${other.fingerprint}:${other.nonce}`].sort()
  const digest = await sha256(new TextEncoder().encode(['ponimau call verification 1', ...ends].join('\n')))
  return codeOfDigest(digest)
}

/** Words from the first five bytes, digits from the eight after them. */
export function codeOfDigest(digest: Uint8Array): VerificationCode {
  const entries = [...digest.subarray(0, WORD_COUNT)].map((byte) => WORDS[byte])
  const words = (language: 0 | 1 | 2): string[] => entries.map((entry) => entry?.[language] ?? '')
  let number = 0n
  for (const byte of digest.subarray(WORD_COUNT, WORD_COUNT + 8)) number = (number << 8n) | BigInt(byte)
  const digits = (number % DIGITS_MODULUS).toString().padStart(12, '0')
  return {
    digits: [digits.slice(0, 4), digits.slice(4, 8), digits.slice(8)],
    words: { en: words(0), ru: words(1), kk: words(2) },
  }
}

/** The promise of a nonce: binds the end to it without telling it. */
export async function commitmentOf(sha256: Sha256, end: VerificationEnd): Promise<string> {
  const text = `ponimau call commitment 1\n${end.fingerprint}\n${end.nonce}`
  return hex(await sha256(new TextEncoder().encode(text)))
}

export function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
