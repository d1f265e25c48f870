import { expect, test } from 'vitest'
import type { Factors } from './queries'
import { isAskedForCodes } from './ways'

const key = (id: string) => ({ id, label: id, created_at: '2026-01-01T00:00:00Z' })
const having = (passkeys: number, more: Partial<Factors> = {}): Factors => ({
  passkeys: Array.from({ length: passkeys }, (_, n) => key(String(n))), has_email: false, can_have_password: false, recovery_codes_left: 0, kept: {}, ...more,
})

test('recovery codes are for who must show a second step', () => {
  expect(isAskedForCodes(having(1), false), 'a passkey alone opens the door').toBe(false)
  expect(isAskedForCodes(having(1, { has_email: true }), false), 'so does a mailbox').toBe(false)
  expect(isAskedForCodes(having(0, { has_email: true, totp_added_at: '2026-01-01T00:00:00Z' }), false)).toBe(true)
  expect(isAskedForCodes(having(1, { recovery_codes_left: 3 }), false), 'whoever has them sees how many').toBe(true)
  expect(isAskedForCodes(having(1, { has_email: true }), true), 'staff').toBe(true)
  expect(isAskedForCodes(having(0, { has_email: true }), true), 'staff before the first factor').toBe(false)
})
