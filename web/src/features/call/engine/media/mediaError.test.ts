import { describe, expect, it } from 'vitest'
import { mediaErrorCode } from './mediaError'

describe('mediaErrorCode', () => {
  it.each([
    ['NotAllowedError', 'Permission denied', 'denied'],
    ['NotAllowedError', 'Permission dismissed', 'dismissed'],
    ['SecurityError', '', 'denied'],
    ['NotFoundError', '', 'not_found'],
    ['OverconstrainedError', '', 'not_found'],
    ['NotReadableError', '', 'in_use'],
    ['AbortError', '', 'in_use'],
    ['TypeError', '', 'unsupported'],
    ['NotSupportedError', '', 'unsupported'],
    ['SomethingElse', '', 'unknown'],
  ])('%s (%s) is %s', (name, message, code) => {
    expect(mediaErrorCode(new DOMException(message, name))).toBe(code)
  })

  it('copes with anything thrown', () => {
    expect([null, undefined, 'text', 5].map(mediaErrorCode)).toEqual(['unknown', 'unknown', 'unknown', 'unknown'])
  })
})
