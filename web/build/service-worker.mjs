// src/sw.ts → /sw.js, with the list of files to keep written in: the frame, the door and urgent help in three languages, and fonts.
import path from 'node:path'
import { rolldown } from 'rolldown'
import { closureOf, facade } from './bundle.mjs'

const root = path.resolve(import.meta.dirname, '..')
/** Modules whose chunks, with all they import, must work without a network. */
const ROOTS = [/src\/main\.tsx$/, /index\.html$/, /features\/urgent\/UrgentPage\.tsx$/, /features\/welcome\/WelcomePage\.tsx$/, /i18n\/kazakh-intl\.ts$/, /ui\/Spoken\.tsx$/, /virtual:messages\/(base|kit|urgent|welcome)\/(ru|kk|en)$/]
/** Served by the brand and the region, at addresses without hashes. */
const SERVED = ['/', '/boot.js', '/manifest.webmanifest', '/brand/tokens.css', '/brand/logo.svg', '/region/urgent-help.json']

/** @param {import('rolldown').OutputBundle} bundle @returns {string[]} */
function keep(bundle) {
  const code = ROOTS.flatMap((root) => facade(bundle, root)).flatMap((name) => closureOf(bundle, name))
  const fonts = Object.keys(bundle).filter((name) => name.endsWith('.woff2'))
  return [...SERVED, ...[...new Set([...code, ...fonts])].filter((f) => /\.(js|css|woff2)$/.test(f)).map((f) => `/${f}`)].sort()
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
