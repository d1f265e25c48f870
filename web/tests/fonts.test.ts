import { expect, test } from 'vitest'
import { glyphsOf } from '../build/fonts.mjs'

test('the font draws every letter of three languages, digits, money and quotes', async () => {
  const have = await glyphsOf()
  const needed = 'АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюяӘҒҚҢӨҰҮҺІәғқңөұүһіABCXYZabcxyz0123456789₽₸€№«»„“”’—–…·−\u00a0'
  expect(Array.from(needed).filter((char) => !have.has(char.codePointAt(0) ?? 0))).toEqual([])
})
