// Golos Text (OFL 1.1, package @fontsource-variable/golos-text) cut to what three languages need: Latin, Russian, Kazakh letters, currency
// signs. The package's own Cyrillic subsets are split so that Kazakh letters lie in two files; here they lie in one of their own.
import fs from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'
import subsetFont from 'subset-font'

const root = path.resolve(import.meta.dirname, '..')
const target = path.join(root, 'src/brand/fonts')
const files = path.dirname(createRequire(import.meta.url).resolve('@fontsource-variable/golos-text/files/golos-text-cyrillic-wght-normal.woff2'))

/** @param {number} from @param {number} to */
const range = (from, to) => String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, i) => from + i))

/** Letters of the Kazakh alphabet that the Russian one lacks, as the two source files hold them. */
export const KAZAKH = { 'cyrillic-ext': 'ӘҒҚҢӨҮҺәғқңөүһ', cyrillic: 'ҰІұі' }

export const CUTS = [
  { name: 'latin', from: 'latin', text: range(0x20, 0x7e) + '\u00a0©«°·»×–—‘’‚“”„•…−\u2009€', range: 'U+0020-007E, U+00A0, U+00A9, U+00AB, U+00B0, U+00B7, U+00BB, U+00D7, U+2009, U+2013-2014, U+2018-201A, U+201C-201E, U+2022, U+2026, U+20AC, U+2212' },
  // Accents of other languages: fetched only where somebody's name has one.
  { name: 'accents', from: 'latin', text: range(0xa1, 0xff), range: 'U+00A1-00A8, U+00AA, U+00AC-00AF, U+00B1-00B6, U+00B8-00BA, U+00BC-00D6, U+00D8-00FF' },
  { name: 'russian', from: 'cyrillic', text: range(0x410, 0x44f) + 'Ёё№', range: 'U+0401, U+0410-044F, U+0451, U+2116' },
  { name: 'kazakh-a', from: 'cyrillic-ext', text: KAZAKH['cyrillic-ext'], range: 'U+0492-0493, U+049A-049B, U+04A2-04A3, U+04AE-04AF, U+04BA-04BB, U+04D8-04D9, U+04E8-04E9' },
  { name: 'kazakh-b', from: 'cyrillic', text: KAZAKH.cyrillic, range: 'U+0406, U+0456, U+04B0-04B1' },
  { name: 'money', from: 'latin-ext', text: '₽₸', range: 'U+20B8, U+20BD' },
]

export async function writeFonts() {
  fs.mkdirSync(target, { recursive: true })
  for (const cut of CUTS) {
    const file = path.join(target, `golos-${cut.name}.woff2`)
    if (fs.existsSync(file)) continue
    const source = fs.readFileSync(path.join(files, `golos-text-${cut.from}-wght-normal.woff2`))
    fs.writeFileSync(file, await subsetFont(source, cut.text, { targetFormat: 'woff2', variationAxes: { wght: { min: 400, max: 700, default: 400 } } }))
  }
}

/** Code points the cut files really draw. @returns {Promise<Set<number>>} */
export async function glyphsOf() {
  await writeFonts()
  const [{ default: fontverter }, hb] = await Promise.all([import('fontverter'), import('harfbuzzjs')])
  const all = new Set()
  for (const cut of CUTS) {
    const ttf = await fontverter.convert(fs.readFileSync(path.join(target, `golos-${cut.name}.woff2`)), 'truetype')
    for (const point of new hb.Face(new hb.Blob(ttf), 0).collectUnicodes()) all.add(point)
  }
  return all
}
