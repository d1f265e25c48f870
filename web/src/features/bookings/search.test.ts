import { expect, test } from 'vitest'
import { addressOf, numberIn, searchOf } from './search'

test('only what is really looked for is asked', () => {
  expect(searchOf({ specialist: ' Вера ', status: 'booked', from: '2026-12-01', to: '', name: 'Сова' })).toEqual({ specialist: 'Вера', status: 'booked', from: '2026-12-01', name: 'Сова' })
  expect(searchOf({ status: 'lost', from: '0002-01-01', to: '2026-13-01', specialist: 7 })).toEqual({})
})

test('the name of a person does not stand in the address', () => {
  expect(addressOf({ specialist: 'Вера', name: 'Сова' })).toEqual({ specialist: 'Вера' })
})

test('a booking is found by the link from a mail or by its number', () => {
  const id = '01890000-0000-7000-8000-00000000000a'
  expect(numberIn(`https://ponimau.example/sessions/${id}/after?x=1`)).toBe(id)
  expect(numberIn(` ${id.toUpperCase()} `)).toBe(id)
  expect(numberIn('01890000')).toBeUndefined()
})
