import { expect, test } from 'vitest'
import { creationFrom, fromBase64url, requestFrom, toBase64url } from './webauthn'

test('base64url goes there and back, whatever the length', () => {
  for (let length = 0; length < 70; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, n) => (n * 37 + 251) % 256)
    const text = toBase64url(bytes.buffer)
    expect(text).toMatch(/^[A-Za-z0-9_-]*$/)
    expect(fromBase64url(text)).toEqual(bytes)
  }
})

test('the members that are bytes become bytes, the others stay', () => {
  const made = creationFrom({
    publicKey: { challenge: 'AQI', rp: { name: 'x' }, user: { id: 'Aw', name: 'n', displayName: 'd' }, pubKeyCredParams: [], excludeCredentials: [{ id: 'BA', type: 'public-key' }] },
  })
  expect(made).toMatchObject({ rp: { name: 'x' }, user: { name: 'n' } })
  expect(made.challenge).toEqual(Uint8Array.of(1, 2))
  expect(made.user.id).toEqual(Uint8Array.of(3))
  expect(made.excludeCredentials?.[0]?.id).toEqual(Uint8Array.of(4))
  expect(requestFrom({ publicKey: { challenge: '_-8' }, mediation: 'conditional' })).toEqual({ challenge: Uint8Array.of(255, 239), allowCredentials: [] })
})
