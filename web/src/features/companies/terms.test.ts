import { expect, test } from 'vitest'
import type { Contract } from './queries'
import { consequences, termsOf } from './terms'

const contract: Contract = {
  id: 'k', version: 1, company_id: 'c', number: 'Д-1', starts_on: '2026-01-01', ends_on: '2026-12-31', state: 'in_force',
  coverage: [{ category_id: 'mind', category: 'Психолог', sessions_per_year: 8 }, { category_id: 'law', category: 'Юрист', sessions_per_year: 2 }],
}

test('terms as they were change nothing', () => {
  expect(consequences(contract, termsOf(contract))).toEqual([])
})

test('each change is told by what it means', () => {
  const after = {
    number: 'Д-2', starts_on: '2026-02-01', ends_on: '2026-06-30',
    coverage: [{ category_id: 'mind', sessions: '5' }, { category_id: 'coach', sessions: '3' }],
  }
  expect(consequences(contract, after)).toEqual([
    { kind: 'starts', from: '2026-01-01', to: '2026-02-01' },
    { kind: 'ends', from: '2026-12-31', to: '2026-06-30' },
    { kind: 'fewer', category: 'mind', from: 8, to: 5 },
    { kind: 'removed', category: 'law' },
    { kind: 'added', category: 'coach', sessions: 3 },
  ])
})

test('what is not typed yet is no change', () => {
  const after = { ...termsOf(contract), ends_on: null, coverage: [{ category_id: 'mind', sessions: '' }, { category_id: 'law', sessions: ' 4' }] }
  expect(consequences(contract, after)).toEqual([{ kind: 'more', category: 'law', from: 2, to: 4 }])
})
