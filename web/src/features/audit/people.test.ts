import { expect, test } from 'vitest'
import { searchOf } from './AuditPage'
import { calledSo, isId } from './people'

const member = (tail: string, display_name: string) => ({ id: `0199c0de-0000-7000-8000-${tail}`, display_name, capabilities: [], created_at: '', is_active: true })
const staff = [member('00000000000a', 'Гульнара Оспанова'), member('00000000000b', 'Олег Петров'), member('00000000000c', 'Оспан Ахметов')] as never

test('a member of the staff is found by a part of the name', () => {
  expect(calledSo('оспан', staff)).toEqual(['00000000000a', '00000000000c'])
  expect(calledSo(' ПЕТРОВ ', staff)).toEqual(['00000000000b'])
  expect(calledSo('никто', staff)).toEqual([])
  expect(calledSo('  ', staff)).toEqual([])
})

test('an id is told from a name', () => {
  expect(isId('0199c0de-0000-7000-8000-00000000000a')).toBe(true)
  expect(isId('00000000000A,00000000000b')).toBe(true)
  expect(isId('Олег')).toBe(false)
  expect(isId('')).toBe(false)
})

test('what is no id is never asked of the server', () => {
  expect(searchOf({ actor: 'Олег', subject: '00000000000a', action: 'notes.' })).toEqual({ subject: '00000000000a', action: 'notes.' })
  expect(searchOf({ actor: ' 00000000000a ', subject: "';--", action: '%' })).toEqual({ actor: '00000000000a' })
})
