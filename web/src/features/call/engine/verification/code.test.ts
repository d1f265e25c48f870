import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { codeOfDigest, commitmentOf, verificationCode, type VerificationEnd } from './code'
import { WORDS } from './words'

const sha256 = (data: Uint8Array): Promise<Uint8Array> =>
  Promise.resolve(new Uint8Array(createHash('sha256').update(data).digest()))

const anna: VerificationEnd = { fingerprint: 'AA'.repeat(32), nonce: '11'.repeat(32) }
const boris: VerificationEnd = { fingerprint: 'BB'.repeat(32), nonce: '22'.repeat(32) }

describe('verificationCode', () => {
  it('is the same on both ends', async () => {
    expect(await verificationCode(sha256, anna, boris)).toEqual(await verificationCode(sha256, boris, anna))
  })

  it('stays what it was in earlier versions', async () => {
    expect(await verificationCode(sha256, anna, boris)).toMatchInlineSnapshot(`
      {
        "digits": [
          "7323",
          "5560",
          "7696",
        ],
        "words": {
          "en": [
            "clock",
            "sunflower",
            "train",
            "root",
            "watermelon",
          ],
          "kk": [
            "сағат",
            "күнбағыс",
            "пойыз",
            "тамыр",
            "қарбыз",
          ],
          "ru": [
            "часы",
            "подсолнух",
            "поезд",
            "корень",
            "арбуз",
          ],
        },
      }
    `)
  })

  it.each<[string, VerificationEnd]>([
    ['another certificate', { ...boris, fingerprint: 'BC'.repeat(32) }],
    ['another nonce', { ...boris, nonce: '23'.repeat(32) }],
  ])('is another with %s', async (_, other) => {
    expect(await verificationCode(sha256, anna, other)).not.toEqual(await verificationCode(sha256, anna, boris))
  })

  it('has three times four digits and five words in each language', async () => {
    const { digits, words } = await verificationCode(sha256, anna, boris)
    expect(digits.join('')).toMatch(/^\d{12}$/)
    expect(digits.map((group) => group.length)).toEqual([4, 4, 4])
    expect(Object.values(words).map((list) => list.length)).toEqual([5, 5, 5])
  })
})

describe('codeOfDigest', () => {
  it('keeps leading zeros and uses both ends of the lists', () => {
    const digest = new Uint8Array(32)
    digest[0] = 255
    const { digits, words } = codeOfDigest(digest)
    expect(digits).toEqual(['0000', '0000', '0000'])
    expect(words.kk).toEqual([WORDS[255]?.[2], ...Array<string>(4).fill('күн')])
  })
})

describe('commitmentOf', () => {
  it('binds certificate and nonce', async () => {
    const promise = await commitmentOf(sha256, anna)
    expect(promise).toMatch(/^[0-9a-f]{64}$/)
    expect(promise).not.toBe(await commitmentOf(sha256, { ...anna, nonce: boris.nonce }))
    expect(promise).not.toBe(await commitmentOf(sha256, { ...anna, fingerprint: boris.fingerprint }))
  })
})

describe('the words', () => {
  const languages = ['en', 'ru', 'kk'] as const

  it('are 256 in each language, all different', () => {
    expect(WORDS).toHaveLength(256)
    languages.forEach((_, index) => {
      expect(new Set(WORDS.map((row) => row[index])).size).toBe(256)
    })
  })

  it('are written in the letters of their language', () => {
    const letters = [/^[a-z]{3,11}$/, /^[а-яё]{2,11}$/, /^[а-яәғқңөұүһі]{2,12}$/]
    letters.forEach((pattern, index) => {
      expect(WORDS.map((row) => row[index]).filter((word) => !pattern.test(word ?? ''))).toEqual([])
    })
  })

  it.each([
    ['Russian', 1],
    ['Kazakh', 2],
  ] as const)('differ by more than one letter in %s', (_, index) => {
    const list = WORDS.map((row) => row[index])
    const close = list.flatMap((a, i) =>
      list
        .slice(0, i)
        .filter((b) => oneLetterApart(a, b))
        .map((b) => [a, b]),
    )
    expect(close).toEqual([])
  })
})

/** One letter exchanged, added or left out. */
function oneLetterApart(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  if (long.length - short.length > 1) return false
  let same = 0
  while (same < short.length && short[same] === long[same]) same += 1
  const rest = long.slice(same + 1)
  return rest === short.slice(same + 1) || rest === short.slice(same)
}
