import { expect, test } from 'vitest'
import type { Factors } from './queries'
import { isAskedForCodes, refusalOf } from './ways'

const key = (id: string) => ({ id, label: id, created_at: '2026-01-01T00:00:00Z' })
const having = (passkeys: number, more: Partial<Factors> = {}): Factors => ({
  passkeys: Array.from({ length: passkeys }, (_, n) => key(String(n))), has_totp: false, has_email: false, recovery_codes_left: 0, ...more,
})

test.each([
  ['the only passkey of somebody without an address', having(1), 'passkey', false, 'lastWayIn'],
  ['a code app does not open the door', having(1, { has_totp: true }), 'passkey', false, 'lastWayIn'],
  ['one of two passkeys', having(2), 'passkey', false, undefined],
  ['the only passkey beside an address', having(1, { has_email: true }), 'passkey', false, undefined],
  ['the only second factor of staff', having(1, { has_email: true }), 'passkey', true, 'lastFactor'],
  ['the app of staff who have a passkey', having(1, { has_email: true, has_totp: true }), 'totp', true, undefined],
  ['the app alone of staff', having(0, { has_email: true, has_totp: true }), 'totp', true, 'lastFactor'],
  ['the app of an employee with an address', having(0, { has_email: true, has_totp: true }), 'totp', false, undefined],
] as const)('%s', (_, factors, loss, isStaff, expected) => {
  expect(refusalOf(factors, loss, isStaff)).toBe(expected)
})

test('recovery codes are for who must show a second step', () => {
  expect(isAskedForCodes(having(1), false), 'a passkey alone opens the door').toBe(false)
  expect(isAskedForCodes(having(1, { has_email: true }), false), 'so does a mailbox').toBe(false)
  expect(isAskedForCodes(having(0, { has_email: true, has_totp: true }), false)).toBe(true)
  expect(isAskedForCodes(having(1, { has_email: true }), true), 'staff').toBe(true)
  expect(isAskedForCodes(having(0, { has_email: true }), true), 'staff before the first factor').toBe(false)
})
