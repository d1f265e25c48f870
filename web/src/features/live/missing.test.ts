import { expect, test } from 'vitest'
import { remedyFor } from './missing'

test('the way to what is missing is shown only to whoever may put it right', () => {
  const support = { capabilities: ['support'] }
  expect(remedyFor('safety', support)).toEqual({ askTo: 'admin' })
  expect(remedyFor('specialist', support)).toEqual({ askTo: 'catalogue' })
  expect(remedyFor('specialist', { capabilities: ['support', 'catalogue'] })).toEqual({ to: '/desk/specialists' })
  expect(remedyFor('safety', { capabilities: ['admin'] })).toEqual({ to: '/desk/settings/staff' })
  expect(remedyFor('mail', { capabilities: ['admin'] })).toEqual({})
})
