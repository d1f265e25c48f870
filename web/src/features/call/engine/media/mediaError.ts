/**
 * Why a camera, microphone or screen can't be had, by what the person can do about it.
 * `denied`: the person or the browser's settings said no · `dismissed`: the question was closed without an
 * answer · `not_found`: no such device · `in_use`: another program holds it · `unsupported`: this browser
 * can't at all · `unknown`.
 */
export type MediaErrorCode = 'denied' | 'dismissed' | 'not_found' | 'in_use' | 'unsupported' | 'unknown'

/** The code for what `getUserMedia` or `getDisplayMedia` threw (Media Capture and Streams, §10.2.2). */
export function mediaErrorCode(error: unknown): MediaErrorCode {
  const { name, message } = describe(error)
  switch (name) {
    case 'NotAllowedError':
      // Chromium names the closed question; elsewhere it can't be told from a refusal.
      return /dismissed/i.test(message) ? 'dismissed' : 'denied'
    case 'SecurityError':
      return 'denied'
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'not_found'
    case 'NotReadableError':
    case 'AbortError':
      return 'in_use'
    case 'NotSupportedError':
    case 'TypeError':
      return 'unsupported'
    default:
      return 'unknown'
  }
}

function describe(error: unknown): { name: string; message: string } {
  if (typeof error !== 'object' || error === null) return { name: '', message: '' }
  const { name, message } = error as { name?: unknown; message?: unknown }
  return { name: typeof name === 'string' ? name : '', message: typeof message === 'string' ? message : '' }
}
