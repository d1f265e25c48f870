// src/sw.ts → /sw.js, with the list of files to keep written in: the frame, the door and urgent help in three languages, and fonts.
import path from 'node:path'
import { rolldown } from 'rolldown'

const root = path.resolve(import.meta.dirname, '..')
/** Modules whose chunks, with all they import, must work without a network. */
const ROOTS = [/src\/main\.tsx$/, /index\.html$/, /features\/urgent\/UrgentPage\.tsx$/, /features\/welcome\/WelcomePage\.tsx$/, /i18n\/kazakh-intl\.ts$/, /ui\/Spoken\.tsx$/, /virtual:messages\/(base|kit|urgent|welcome)\/(ru|kk|en)$/]
/** Served by the brand and the region, at addresses without hashes. */
const SERVED = ['/', '/boot.js', '/manifest.webmanifest', '/brand/tokens.css', '/brand/logo.svg', '/region/urgent-help.json']

/** @param {import('rolldown').OutputBundle} bundle @returns {string[]} */
function keep(bundle) {
  /** @type {Set<string>} */
  const files = new Set()
  /** @param {string} name */
  const add = (name) => {
    const chunk = bundle[name]
    if (!chunk || files.has(name)) return
    files.add(name)
    if (chunk.type !== 'chunk') return
    chunk.imports.forEach(add)
    // Vite notes here which style sheets and fonts belong to a chunk.
    const { importedCss, importedAssets } = /** @type {{ viteMetadata?: { importedCss: Set<string>, importedAssets: Set<string> } }} */ (chunk).viteMetadata ?? { importedCss: new Set(), importedAssets: new Set() }
    for (const file of [...importedCss, ...importedAssets]) files.add(file)
  }
  for (const chunk of Object.values(bundle)) {
    if (chunk.type === 'chunk' && ROOTS.some((r) => r.test((chunk.facadeModuleId ?? '').replaceAll('\\', '/')))) add(chunk.fileName)
    if (chunk.type === 'asset' && chunk.fileName.endsWith('.woff2')) files.add(chunk.fileName)
  }
  return [...SERVED, ...[...files].filter((f) => /\.(js|css|woff2)$/.test(f)).map((f) => `/${f}`)].sort()
}

/** @returns {import('vite').Plugin} */
export function serviceWorker() {
  return {
    name: 'ponimau-service-worker',
    apply: 'build',
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const worker = await rolldown({
          input: path.join(root, 'src/sw.ts'),
          transform: { define: { __KEEP__: JSON.stringify(keep(bundle)), __VERSION__: JSON.stringify(String(Date.now())) } },
        })
        const { output } = await worker.generate({ format: 'iife', minify: true })
        this.emitFile({ type: 'asset', fileName: 'sw.js', source: output[0].code })
      },
    },
  }
}
