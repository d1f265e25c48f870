// The budget of design/architecture.md: the shell ≤ 110 kB, any first load ≤ 180 kB of gzipped JavaScript.
import fs from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'

const out = path.resolve(import.meta.dirname, '..', process.argv[2] ?? 'dist')
const SHELL = 110
const FIRST = 180

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
const tooBig = pages.filter(({ size }) => size > FIRST)
if (shellSize > SHELL || tooBig.length > 0) {
  console.error('over the budget')
  process.exit(1)
}
