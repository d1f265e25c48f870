import { expect, test } from 'vitest'
import { clockOf, exampleStarts } from './times'
import { fieldsOf, newQuestion, slugOf, unwrapped, emptyValues, missingIn } from './values'
import { ApiProblem } from '~/api'

test.each([
  ['window_start', '9:10 9:40 11:40 12:10'],
  ['free_start', '9:10 9:40 11:15 11:45'],
  ['free_start_rounded', '9:30 11:30 12:00'],
] as const)('%s offers %s', (alignment, expected) => {
  expect(exampleStarts(alignment, 30, 50).map(clockOf).join(' ')).toBe(expected)
})

test('an empty or impossible number offers nothing', () => {
  expect(exampleStarts('window_start', NaN, 50)).toEqual([])
  expect(exampleStarts('free_start', 30, 240)).toEqual([])
})

test('a question sends only what its kind has', () => {
  const questionnaire = [newQuestion(), { ...newQuestion(), kind: 'scale' as const }, { ...newQuestion(), kind: 'text' as const }]
  const [single, scale, text] = fieldsOf({ ...emptyValues([], 1), questionnaire }).questionnaire
  expect(single?.options).toHaveLength(2)
  expect(single).not.toHaveProperty('min')
  expect(scale).toMatchObject({ options: [], min: 0, max: 10 })
  expect(text?.options).toEqual([])
  expect(text).not.toHaveProperty('max')
})

test.each([['Inheritance lawyer', 'inheritance-lawyer'], ['  Café & more! ', 'cafe-more'], ['Юрист', ''], ['x'.repeat(60), 'x'.repeat(40)]])('%s is %s in addresses', (name, slug) => {
  expect(slugOf(name)).toBe(slug)
})

test('the server’s pointers lead to the form’s fields', () => {
  const problem = unwrapped(new ApiProblem(422, 'invalid_fields', 'Проверьте', [{ pointer: '/category/name/kk', detail: 'Нет' }, { pointer: '/slug', detail: 'Занято' }]))
  expect((problem as ApiProblem).errors.map((error) => error.pointer)).toEqual(['/name/kk', '/slug'])
})

test('blank is missing', () => {
  expect(missingIn({ ru: 'я', kk: ' ', en: '' })).toEqual(['kk', 'en'])
})
