import { expect, test } from 'vitest'
import { outdated, planFor } from './sw-plan'

const origin = 'https://ponimayu.example'

test.each([
  ['GET', 'navigate', '/today', 'page'],
  ['GET', 'navigate', '/', 'page'],
  ['GET', 'no-cors', '/assets/index-abc.js', 'immutable'],
  ['GET', 'no-cors', '/brand/tokens.css', 'fresh'],
  ['GET', 'cors', '/region/urgent-help.json', 'fresh'],
  ['GET', 'no-cors', '/boot.js', 'fresh'],
  ['GET', 'cors', '/api/public/urgent-help', 'fresh'],
  ['GET', 'cors', '/api/me', 'pass'],
  ['GET', 'cors', '/api/bookings', 'pass'],
  ['GET', 'cors', '/api/live', 'pass'],
  ['GET', 'navigate', '/api/calendar.ics', 'pass'],
  ['POST', 'cors', '/api/public/urgent-help', 'pass'],
])('%s %s %s → %s', (method, mode, path, plan) => {
  expect(planFor({ method, mode, url: origin + path }, origin)).toBe(plan)
})

test('another origin is not ours', () => {
  expect(planFor({ method: 'GET', mode: 'navigate', url: 'https://other.example/' }, origin)).toBe('pass')
})

test('the former version is kept for tabs still open, older ones go', () => {
  expect(outdated(['app-001', 'app-002', 'app-003', 'drafts'], 'app-003')).toEqual(['app-001'])
  expect(outdated(['app-003'], 'app-003')).toEqual([])
})
