// Design tokens (DTCG format, https://www.designtokens.org/tr/2025.10/format/) of a brand → CSS custom properties.
// color.light.inkMuted → --color-ink-muted; space.4 → --space-4. Components know only these names.
import fs from 'node:fs'
import path from 'node:path'
import { hex } from './colour.mjs'

export const brandsDir = path.resolve(import.meta.dirname, '../../brands')

/** @param {string} brand */
export const readTokens = (brand) => JSON.parse(fs.readFileSync(path.join(brandsDir, brand, 'tokens.json'), 'utf8'))

/** @param {string} name */
const kebab = (name) => name.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)

/** @param {{ value: number, unit: string }} d */
const dimension = (d) => (d.value === 0 ? '0' : `${d.value}${d.unit}`)

/** @param {string} type @param {any} value @returns {string} */
function css(type, value) {
  switch (type) {
    case 'color': return hex(value)
    case 'dimension': case 'duration': return dimension(value)
    case 'number': case 'fontWeight': return String(value)
    case 'fontFamily': return value.map((/** @type {string} */ f) => (f.includes(' ') ? `'${f}'` : f)).join(', ')
    case 'cubicBezier': return `cubic-bezier(${value.join(', ')})`
    case 'shadow': return value.map((/** @type {any} */ s) => `${dimension(s.offsetX)} ${dimension(s.offsetY)} ${dimension(s.blur)} ${dimension(s.spread)} ${hex(s.color)}`).join(', ')
    default: throw new Error(`tokens.json: type ${type} is not known`)
  }
}

/** @param {any} group @param {string[]} at @param {string | undefined} inherited @returns {[string, string][]} */
function properties(group, at, inherited) {
  const type = group.$type ?? inherited
  if ('$value' in group) {
    if (!type) throw new Error(`tokens.json: ${at.join('.')} has no type`)
    return [[`--${at.map(kebab).join('-')}`, css(type, group.$value)]]
  }
  return Object.entries(group).flatMap(([k, v]) => (k.startsWith('$') ? [] : properties(v, [...at, k], type)))
}

/** @param {[string, string][]} props @param {string} indent */
const block = (props, indent = '  ') => props.map(([k, v]) => `${indent}${k}: ${v};`).join('\n')

/**
 * Space does not grow with the letters where it would take their room: never wider than it is on a screen of 320 px at the usual size of text.
 * @param {[string, string]} property @returns {[string, string]}
 */
const yielding = ([name, value]) =>
  [name, /^--(space-|size-target)/.test(name) ? value.replace(/^([\d.]+)rem$/, (rem, n) => `min(${rem}, ${String(Number(n) * 5)}vw)`) : value]

/** @param {any} tokens content of tokens.json @returns {string} the style sheet served as /brand/tokens.css */
export function tokensCss(tokens) {
  const { color, ...rest } = tokens
  const plain = properties(rest, [], undefined).map(yielding)
  const light = properties(color.light, ['color'], 'color')
  const dark = properties(color.dark, ['color'], 'color')
  const missing = light.map(([k]) => k).filter((k) => !dark.some(([d]) => d === k))
  if (missing.length || light.length !== dark.length) throw new Error(`tokens.json: light and dark differ: ${missing.join(', ')}`)
  return `:root {
  color-scheme: light;
${block(plain)}
${block(light)}
}
@media (prefers-color-scheme: dark) {
  :root:not([data-theme='light']) {
    color-scheme: dark;
${block(dark, '    ')}
  }
}
:root[data-theme='dark'] {
  color-scheme: dark;
${block(dark)}
}
`
}
