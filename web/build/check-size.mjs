// The budget, in gzipped JavaScript (decision 0011): the shell ≤ 111 kB; any first load of an employee's, a public or a call screen ≤ 180 kB;
// of a screen where specialists and staff fill long forms at a desk ≤ 230 kB.
import fs from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'

const out = path.resolve(import.meta.dirname, '..', process.argv[2] ?? 'dist')
const SHELL = 111
const FIRST = 180
const AT_A_DESK = 230
/** Slices whose screens belong to specialists and staff alone. */
const desk = new Set(['audit', 'bookings', 'card', 'categories', 'clients', 'companies', 'live', 'safety', 'schedule', 'settings', 'specialists'])
/** @param {string} key */
const budgetOf = (key) => (desk.has(key.split('/')[2] ?? '') ? AT_A_DESK : FIRST)

/** @typedef {{ file: string, src?: string, isEntry?: boolean, isDynamicEntry?: boolean, imports?: string[], dynamicImports?: string[], css?: string[] }} Chunk */
/** @type {Record<string, Chunk>} */
const manifest = JSON.parse(fs.readFileSync(path.join(out, '.vite/manifest.json'), 'utf8'))

/** @param {string} key @param {Set<string>} [seen] files of a chunk and of all it imports statically */
function closure(key, seen = new Set()) {
  const chunk = manifest[key]
  if (!chunk || seen.has(chunk.file)) return seen
  seen.add(chunk.file)
  chunk.imports?.forEach((next) => closure(next, seen))
  return seen
}

const sizes = new Map()
/** @param {Iterable<string>} files */
const kilobytes = (files) => [...files].filter((f) => f.endsWith('.js')).reduce((sum, file) => {
  if (!sizes.has(file)) sizes.set(file, zlib.gzipSync(fs.readFileSync(path.join(out, file)), { level: 9 }).length)
  return sum + sizes.get(file)
}, 0) / 1000

const [entry] = Object.entries(manifest).find(([, c]) => c.isEntry) ?? []
if (!entry) throw new Error('no entry in the manifest')
/** The texts of the frame: one language of the base slice. */
const base = Object.keys(manifest).filter((k) => /messages\/base\/(ru|kk|en)$/.test(k)).sort((a, b) => kilobytes(closure(b)) - kilobytes(closure(a)))[0]
const shell = closure(entry)
if (base) closure(base, shell)
const shellSize = kilobytes(shell)
const pages = Object.keys(manifest).filter((k) => /^src\/features\/.*Page\.tsx$/.test(k)).map((key) => {
  const slice = key.split('/')[2]
  const files = closure(key, new Set(shell))
  const texts = Object.keys(manifest).find((k) => k.endsWith(`messages/${slice}/ru`))
  if (texts) closure(texts, files)
  return { key, size: kilobytes(files) }
}).sort((a, b) => b.size - a.size)

console.log(`shell ${shellSize.toFixed(1)} kB of ${SHELL}`)
for (const { key, size } of pages) console.log(`${size.toFixed(1).padStart(6)} kB  ${key}`)
const tooBig = pages.filter(({ key, size }) => size > budgetOf(key))
if (shellSize > SHELL || tooBig.length > 0) {
  console.error('over the budget')
  process.exit(1)
}
