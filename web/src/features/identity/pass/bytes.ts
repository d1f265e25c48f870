// Bytes as text.

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

export const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

export const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))

/** The beginning of a fingerprint in groups: enough to compare by eye, and more than anybody could imitate. */
export const forEyes = (fingerprint: string): string => fingerprint.slice(0, 32).match(/.{4}/g)?.join(' ') ?? ''
