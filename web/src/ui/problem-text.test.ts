import { expect, test } from 'vitest'
import { ApiProblem } from '~/api'
import { problemText } from './problem-text'

const t = (key: string, args?: object) => `${key} ${JSON.stringify(args ?? {})}`
const refused = (status: number, retry_after?: number) => new ApiProblem(status, 'too_many_attempts', 'wait a little', [], retry_after === undefined ? {} : { retry_after })

test('whoever tried too often is told how long to wait, if the server told', () => {
  expect(problemText(t as never, refused(429, 20))).toBe('common.problem.waitSeconds {"count":20}')
  expect(problemText(t as never, refused(429, 3599))).toBe('common.problem.waitMinutes {"count":60}')
  expect(problemText(t as never, refused(429))).toBe('wait a little')
  expect(problemText(t as never, refused(503, 2))).toBe('wait a little')
})
