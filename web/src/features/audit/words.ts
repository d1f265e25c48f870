// What an entry is about and its details, in words. A kind, a name or a code that came to be later than this page is shown as it is.
import { wordFor } from '~/i18n'

const word = (group: 'on' | 'detail' | 'value', code: string): string => wordFor(`audit.${group}.${code}`, code)

/** `appointment:0199…9b7a` as «Консультация 5f0c1e2d9b7a»: the short id other columns show. */
const resource = (named: string): string => {
  const [kind = '', id = ''] = named.split(':')
  return `${word('on', kind)} ${id.slice(-12)}`
}

const value = (given: unknown): string =>
  Array.isArray(given) ? given.map(value).join(', ') : typeof given === 'string' || typeof given === 'boolean' ? word('value', String(given)) : JSON.stringify(given)

/** All of it in one line; empty where the act says everything. What is absent is not told. */
export const wordsOf = (on: string | null | undefined, detail: Record<string, unknown>): string => [
  ...(on ? [resource(on)] : []),
  ...Object.entries(detail).filter(([, given]) => given !== null).map(([name, given]) => `${word('detail', name)}: ${value(given)}`),
].join(' · ')
