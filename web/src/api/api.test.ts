import { describe, expect, test } from 'vitest'
import { Intent } from './command'
import { backoffMs, covers, parseLive } from './live'
import { safeNext } from './me'

describe('the key of an intent', () => {
  const counted = () => {
    let n = 0
    return new Intent(() => `key-${String(++n)}`)
  }
  test('stays over retries of the same input', () => {
    const intent = counted()
    expect([intent.keyFor({ slot: 'a' }), intent.keyFor({ slot: 'a' })]).toEqual(['key-1', 'key-1'])
  })
  test('is new when the input changes', () => {
    const intent = counted()
    expect([intent.keyFor({ slot: 'a' }), intent.keyFor({ slot: 'b' })]).toEqual(['key-1', 'key-2'])
  })
  test('is new after success, also for the same input', () => {
    const intent = counted()
    const first = intent.keyFor(undefined)
    intent.done()
    expect(intent.keyFor(undefined)).not.toBe(first)
  })
})

describe('live events', () => {
  test.each([
    ['{"id":"7","kind":"chat.message","payload":{"x":1}}', { id: '7', kind: 'chat.message', payload: { x: 1 } }],
    ['{"id":8,"kind":"booking.changed"}', { id: '8', kind: 'booking.changed', payload: undefined }],
    ['{"kind":5}', undefined],
    ['null', undefined],
    ['not json', undefined],
  ])('%s', (text, event) => {
    expect(parseLive(text)).toEqual(event)
  })
  test.each([['chat', 'chat.message', true], ['chat', 'chat', true], ['chat', 'chats.x', false], ['*', 'anything', true], ['chat.message', 'chat.read', false]])('%s covers %s: %s', (topic, kind, is) => {
    expect(covers(topic, kind)).toBe(is)
  })
  test('attempts grow apart up to half a minute', () => {
    expect([0, 1, 2, 10].map((n) => backoffMs(n, 1))).toEqual([1000, 2000, 4000, 30_000])
    expect(backoffMs(0, 0)).toBe(500)
  })
})

test.each([['/find?x=1', '/find?x=1'], ['//evil.example', undefined], ['/\\evil.example', undefined], ['https://evil.example', undefined], ['javascript:alert(1)', undefined], [undefined, undefined]])('returning to %s', (raw, is) => {
  expect(safeNext(raw)).toBe(is)
})
