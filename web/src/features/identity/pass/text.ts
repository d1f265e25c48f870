// A pass among other text: in a file, in a letter. What it is worth the server says.

/** 353 bytes in base64url; the first sign is that of the version. */
const LENGTH = 471
/** So long that no word of a language is taken for the beginning of a pass. */
const PART_FROM = 40

/** Mail puts line breaks and spaces in; Windows' editor begins a file with a mark of its own. */
const joined = (text: string): string => text.replaceAll(/[\s\uFEFF]/g, '')
const isOne = (text: string): boolean => text.length === LENGTH && /^A[\w-]+$/.test(text)

/** The pass in a text. */
export function passIn(text: string): string | undefined {
  const whole = joined(text)
  return isOne(whole) ? whole : text.split(/[\s\uFEFF]+/).find(isOne)
}

/** Whether a text is a part of a pass, and no more. */
export function isPart(text: string): boolean {
  const whole = joined(text)
  return whole.length >= PART_FROM && whole.length < LENGTH && /^[\w-]+$/.test(whole)
}
