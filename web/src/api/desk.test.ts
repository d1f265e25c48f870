import { expect, test } from 'vitest'
import { deskHome, maySee } from './desk'

const withRights = (...capabilities: string[]) => ({ capabilities })

test('a screen is there for those whom the server lets in', () => {
  expect(maySee(withRights('support'), '/desk/bookings')).toBe(true)
  expect(maySee(withRights('catalogue'), '/desk/bookings/018f')).toBe(false)
  expect(maySee(withRights('catalogue', 'safety'), '/desk/safety/018f')).toBe(true)
  expect(maySee(withRights(), '/desk/settings')).toBe(true)
  expect(maySee(withRights(), '/desk/livestock')).toBe(true)
})

test('everybody begins at a screen of theirs', () => {
  expect(deskHome(withRights('support'))).toBe('/desk/live')
  expect(deskHome(withRights('catalogue'))).toBe('/desk/specialists')
  expect(deskHome(withRights('safety'))).toBe('/desk/safety')
  expect(deskHome(withRights('safety', 'catalogue'))).toBe('/desk/specialists')
  expect(deskHome(withRights('auditor'))).toBe('/desk/companies')
  expect(deskHome(withRights())).toBe('/desk/settings')
})
