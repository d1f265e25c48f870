import { expect, test } from 'vitest'
import { partsOf } from './links'

const linksIn = (text: string) => partsOf(text).filter((_, index) => index % 2 === 1)

test('an address is what can be opened, without the signs around it', () => {
  expect(linksIn('Вот: https://example.org/книга?page=2#x. И (http://example.org/a).')).toEqual(['https://example.org/книга?page=2#x', 'http://example.org/a'])
  expect(linksIn('«https://example.org»!')).toEqual(['https://example.org'])
})

test('nothing else is', () => {
  for (const text of ['javascript:alert(1)', 'example.org', 'https://', 'data:text/html,x', 'почта a@example.org']) expect(linksIn(text)).toEqual([])
})

test('no part of the text is lost', () => {
  const text = 'a https://example.org/x, b\nhttp://example.org\n'
  expect(partsOf(text).join('')).toBe(text)
})
