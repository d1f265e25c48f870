// WCAG 2.2: 1.4.3 text 4.5:1, 1.4.11 controls and focus 3:1 — for each brand, light and dark.
import { describe, expect, test } from 'vitest'
import { contrast, inGamut, type Oklch } from '../build/colour.mjs'
import { brands } from '../build/brands.mjs'
import { readTokens, tokensCss } from '../build/tokens.mjs'

const GROUNDS = ['canvas', 'surface', 'raised', 'sunken'] as const
const TEXT: readonly (readonly [ink: string, ground: string])[] = [
  ...GROUNDS.flatMap((ground) => ['ink', 'inkMuted', 'accentInk', 'dangerInk'].map((ink) => [ink, ground] as const)),
  ...['accent', 'accentHover', 'accentPressed', 'danger', 'dangerHover'].map((ground) => ['inkOnAccent', ground] as const),
  ['accentSoftInk', 'accentSoft'], ['accentSoftInk', 'accentSoftHover'], ['positiveInk', 'positiveSoft'], ['noticeInk', 'noticeSoft'], ['dangerInk', 'dangerSoft'],
  ['canvas', 'ink'],
  ...[1, 2, 3, 4, 5, 6].map((n) => [`tint${String(n)}Ink`, `tint${String(n)}`] as const),
]
const CONTROLS: readonly (readonly [mark: string, ground: string])[] = [
  ...GROUNDS.flatMap((ground) => ['controlLine', 'accent', 'focus', 'danger'].map((mark) => [mark, ground] as const)),
  ['accent', 'accentSoft'], ['focus', 'accentSoft'], ['focus', 'noticeSoft'], ['positive', 'positiveSoft'], ['notice', 'noticeSoft'], ['surface', 'controlLine'],
]

describe.each(brands().flatMap((brand) => [[brand, 'light'], [brand, 'dark']] as const))('%s, %s', (brand, theme) => {
  const colours = (readTokens(brand) as { color: Record<string, Record<string, { $value: Oklch }>> }).color[theme] ?? {}
  const of = (role: string): Oklch => {
    const found = colours[role]
    if (!found) throw new Error(`no colour ${role}`)
    return found.$value
  }
  test.each(TEXT)('text %s on %s', (ink, ground) => {
    expect(contrast(of(ink), of(ground))).toBeGreaterThanOrEqual(4.5)
  })
  test.each(CONTROLS)('control %s on %s', (mark, ground) => {
    expect(contrast(of(mark), of(ground))).toBeGreaterThanOrEqual(3)
  })
  test('every colour can be shown on an ordinary screen', () => {
    expect(Object.keys(colours).filter((role) => !inGamut(of(role)))).toEqual([])
  })
})

test('the measure itself: black on white is 21, equal colours are 1', () => {
  const grey = (l: number): Oklch => ({ colorSpace: 'oklch', components: [l, 0, 0] })
  expect(contrast(grey(0), grey(1))).toBeCloseTo(21, 1)
  expect(contrast(grey(0.5), grey(0.5))).toBe(1)
})

test('a dark theme lacking a role is refused', () => {
  const value = { $value: { colorSpace: 'oklch', components: [0.5, 0, 0] } }
  expect(() => tokensCss({ color: { light: { ink: value }, dark: {} } })).toThrow('differ')
})
