import { describe, expect, test } from 'vitest'
import { initials, tintOf } from './Avatar'
import { clockText } from './Countdown'
import { tabAfter } from './Tabs'

describe('arrows among three tabs', () => {
  test.each<[string, number, number | undefined]>([
    ['ArrowRight', 0, 1], ['ArrowRight', 2, 0], ['ArrowLeft', 0, 2], ['ArrowLeft', 2, 1], ['Home', 2, 0], ['End', 0, 2], ['a', 1, undefined], ['Tab', 1, undefined],
  ])('%s at %d leads to %s', (key, at, to) => {
    expect(tabAfter(key, at, 3)).toBe(to)
  })
})

test.each([['Айгерім Нұрланқызы', 'АН'], ['мария', 'М'], ['  Ольга  Петровна Ким ', 'ОК'], ['', ''], ['𝒳enia 🙂', '𝒳🙂'], ['Поддержка (демо)', 'П']])('initials of %s are %s', (name, letters) => {
  expect(initials(name)).toBe(letters)
})

test('a name keeps its tint', () => {
  expect(tintOf('Мария Орлова')).toBe(tintOf('Мария Орлова'))
  expect(new Set(['Мария', 'Тимур', 'Ольга', 'Дана', 'Сергей', 'Айгерім'].map(tintOf)).size).toBeGreaterThan(2)
})

test.each([[0, '0:00'], [9, '0:09'], [299, '4:59'], [3600, '1:00:00'], [3899, '1:04:59']])('%d seconds are %s', (seconds, text) => {
  expect(clockText(seconds)).toBe(text)
})
