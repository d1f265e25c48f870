import { describe, expect, test } from 'vitest'
import { problemFrom } from '~/api/problem'
import { draftPlace, restore } from './draft'
import { errorOf, errorsOf, pathOf, stillWrong } from './form-errors'

test.each([
  ['#/email', 'email'],
  ['/email', 'email'],
  ['#/rules/0/start', 'rules/0/start'],
  ['/a~1b/c~0d', 'a/b/c~d'],
  ['#/%D0%B8%D0%BC%D1%8F', 'имя'],
  ['?from', 'from'],
  ['', ''],
])('the pointer %s leads to %s', (pointer, path) => {
  expect(pathOf(pointer)).toBe(path)
})

describe('problems of the server', () => {
  const problem = problemFrom(422, { code: 'invalid', detail: 'Проверьте поля', errors: [{ pointer: '#/email', detail: 'Нужна почта' }, { pointer: '/rules/1/start', detail: 'Раньше конца' }, { pointer: 3 }] })
  test('land on their fields', () => {
    const errors = errorsOf(problem)
    expect(errors).toEqual({ email: 'Нужна почта', 'rules/1/start': 'Раньше конца' })
    expect(errorOf(errors, 'email')).toBe('Нужна почта')
    expect(errorOf(errors, 'rules')).toBe('Раньше конца')
    expect(errorOf(errors, 'rule')).toBeUndefined()
  })
  test('a changed field is no longer wrong', () => {
    expect(stillWrong(errorsOf(problem), 'email', '', 'a@b.kz')).toEqual({ 'rules/1/start': 'Раньше конца' })
  })
  test('of a field with parts only what was touched is no longer wrong', () => {
    const errors = { 'name/kk': 'Нет текста', 'name/en': 'Нет текста', 'list/0/label': 'Нет текста', list: 'Мало' }
    expect(stillWrong(errors, 'name', { ru: 'я', kk: '', en: '' }, { ru: 'я', kk: 'ә', en: '' })).toEqual({ 'name/en': 'Нет текста', 'list/0/label': 'Нет текста', list: 'Мало' })
    expect(stillWrong(errors, 'list', [{ label: '' }], [{ label: '' }, { label: '' }])).toMatchObject({ 'list/0/label': 'Нет текста' })
    expect(stillWrong(errors, 'list', [{ label: '' }], [])).toEqual({ 'name/kk': 'Нет текста', 'name/en': 'Нет текста' })
  })
  test.each([[500, undefined, 'unavailable'], [418, 'tea', 'unexpected'], [404, { code: 'not_found' }, 'not_found']])('%d %o is %s', (status, body, code) => {
    expect(problemFrom(status, body).code).toBe(code)
  })
})

describe('drafts', () => {
  const memory = () => {
    const map = new Map<string, string>()
    return { getItem: (k: string) => map.get(k) ?? null, setItem: (k: string, v: string) => void map.set(k, v), removeItem: (k: string) => void map.delete(k) } as unknown as Storage
  }
  test('survive, and are gone when cleared', () => {
    const storage = memory()
    draftPlace('booking', () => storage).write({ from: { topic: '' }, values: { topic: 'сон' } })
    const after = draftPlace('booking', () => storage)
    expect(after.read()).toEqual({ from: { topic: '' }, values: { topic: 'сон' } })
    after.clear()
    expect(after.read()).toBeNull()
  })
  test('a forbidden storage harms nothing', () => {
    const place = draftPlace('x', () => { throw new DOMException('denied', 'SecurityError') })
    place.write({ from: {}, values: {} })
    expect(place.read()).toBeUndefined()
  })
  test.each<[string, object, object, object, object]>([
    ['what was typed comes back', { a: '', n: 1 }, { a: '', n: 1 }, { a: 'x', n: 2 }, { a: 'x', n: 2 }],
    ['what was left alone follows what is there now', { a: '', n: 5 }, { a: '', n: 1 }, { a: 'x', n: 1 }, { a: 'x', n: 5 }],
    ['also within a field', { week: { mon: [9], tue: [8] } }, { week: { mon: [9], tue: [9] } }, { week: { mon: [10], tue: [9] } }, { week: { mon: [10], tue: [8] } }],
    ['parts come and go', { answers: { a: 'new', b: 1 } }, { answers: { a: 'old', b: 1 } }, { answers: { a: 'old', c: 2 } }, { answers: { a: 'new', c: 2 } }],
    ['unknown fields are dropped', { a: '' }, {}, { a: 'x', b: 'y' }, { a: 'x' }],
    ['another type is not taken', { a: '', list: [] }, {}, { a: 5, list: 'x' }, { a: '', list: [] }],
    ['an empty start takes anything', { a: null }, { a: null }, { a: 'x' }, { a: 'x' }],
    ['what was emptied stays empty', { a: 'x' }, { a: 'x' }, { a: null }, { a: null }],
  ])('%s', (_name, initial, from, values, is) => {
    expect(restore(initial, { from, values })).toEqual(is)
  })
  test.each([[null], [[1]], [{ a: 'x' }], [{ from: {}, values: 'x' }]])('%o is no draft', (draft) => {
    expect(restore({ a: '' }, draft)).toEqual({ a: '' })
  })
})
