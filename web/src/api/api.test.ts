import { describe, expect, test } from 'vitest'
import { Intent } from './command'
import { safeNext } from './me'
import { ApiProblem, isPassing } from './problem'

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

test.each([['/find?x=1', '/find?x=1'], ['//evil.example', undefined], ['/\\evil.example', undefined], ['https://evil.example', undefined], ['javascript:alert(1)', undefined], [undefined, undefined],
  ['/sign-in?next=%2Fsign-in%3Fnext%3D%252Fme', '/me'], ['/second-factor', undefined]])('returning to %s', (raw, is) => {
  expect(safeNext(raw)).toBe(is)
})

test.each([[0, 'offline', true], [503, 'busy', true], [500, 'unexpected', false], [404, 'not_found', false], [503, 'sign_in_unavailable', false], [503, 'ways_unavailable', false]])('a question that failed by %i %s', (status, code, is) => {
  expect(isPassing(new ApiProblem(status, code))).toBe(is)
})
