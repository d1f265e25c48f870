import { expect, test } from 'vitest'
import { programmeOf } from './programme'

const covered = { benefit: { left: 1 } }
const all = (state: string, ...items: object[]) => ({ programme: { state }, items }) as never

test('"see the others" is said only where there are others', () => {
  expect(programmeOf(all('in_force', {}, covered))).toBe('in_force')
  expect(programmeOf(all('in_force', {}, {}))).toBe('none')
  expect(programmeOf(all('over', {}))).toBe('over')
  expect(programmeOf(all('future', {}))).toBe('future')
  expect(programmeOf(all('left', {}))).toBe('left')
  expect(programmeOf(all('none', {}))).toBe('none')
})
