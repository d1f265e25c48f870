import { describe, expect, test } from 'vitest'
import { ApiProblem } from '~/api'
import { aboutCompanyCode, aboutMailedCode } from './problems'

const refused = (code: string, detail?: string) => Promise.reject(new ApiProblem(410, code, detail))

describe('refusals of codes', () => {
  test('are shown at the field, once, and not as a general message too', async () => {
    await expect(aboutCompanyCode(refused('access_code_used_up', 'used up'))).rejects.toMatchObject({
      status: 410, code: 'access_code_used_up', detail: undefined, errors: [{ pointer: '/code', detail: 'used up' }],
    })
    await expect(aboutMailedCode(refused('code_expired', 'over'))).rejects.toMatchObject({ errors: [{ pointer: '/code', detail: 'over' }] })
  })

  test('other refusals stay what they are', async () => {
    await expect(aboutMailedCode(refused('too_many_attempts', 'wait'))).rejects.toMatchObject({ detail: 'wait', errors: [] })
    await expect(aboutCompanyCode(refused('access_code_unknown'))).rejects.toMatchObject({ code: 'access_code_unknown', errors: [] })
    await expect(aboutMailedCode(Promise.reject(new TypeError('no network')))).rejects.toMatchObject({ code: 'offline' })
  })

  test('answers pass', async () => {
    await expect(aboutCompanyCode(Promise.resolve(1))).resolves.toBe(1)
  })
})
