import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { blind, unblind } from './blind'
import { forEyes, fromBase64Url, hex, toBase64Url } from './bytes'

const bytes = (digits: string) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

/** The server's side is held to the same file. */
const vector = JSON.parse(fs.readFileSync(path.resolve(import.meta.dirname, '../../../../../crates/platform/tests/rfc9474-a1.json'), 'utf8')) as Record<string, string>
const of = (name: string) => bytes(vector[name] ?? '')

test('what the standard signed is unblinded to what the standard says (RFC 9474, A.1)', async () => {
  const jwk = { kty: 'RSA', n: toBase64Url(of('n')), e: toBase64Url(of('e')) }
  const key = await crypto.subtle.importKey('jwk', jwk, { name: 'RSA-PSS', hash: 'SHA-384' }, true, ['verify'])
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', key))
  const wallet = {
    fingerprint: '00'.repeat(32), key: toBase64Url(spki), blinded: '', inverse: toBase64Url(of('inv')),
    message: toBase64Url(Uint8Array.of(...of('msg_prefix'), ...of('msg'))),
  }
  const pass = fromBase64Url(await unblind(wallet, toBase64Url(of('blind_sig'))))
  expect(hex(pass.slice(-512))).toBe(vector['sig'])
  const wrong = of('blind_sig')
  wrong[100] = (wrong[100] ?? 0) ^ 1
  await expect(unblind(wallet, toBase64Url(wrong))).rejects.toThrow('invalid signature')
})

test('a key that is not that of its fingerprint is not used', async () => {
  const { publicKey } = await crypto.subtle.generateKey({ name: 'RSA-PSS', hash: 'SHA-384', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }, true, ['sign', 'verify'])
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', publicKey))
  const fingerprint = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', spki)))
  await expect(blind(toBase64Url(spki), 'ab'.repeat(32))).rejects.toThrow()
  const [one, two] = [await blind(toBase64Url(spki), fingerprint), await blind(toBase64Url(spki), fingerprint)]
  expect(one.blinded).not.toBe(two.blinded)
  expect(fromBase64Url(one.message)).toHaveLength(64)
  expect(fromBase64Url(one.blinded)).toHaveLength(256)
})

test('a fingerprint is shown in groups', () => {
  expect(forEyes('0123456789abcdef'.repeat(4))).toBe('0123 4567 89ab cdef 0123 4567 89ab cdef')
})
