// src/boot.js → /boot.js, with the names of the files it asks for early written in.
import fs from 'node:fs'
import path from 'node:path'
import { closureOf, facade } from './bundle.mjs'
import { LANGS } from './messages.mjs'

const source = path.resolve(import.meta.dirname, '../src/boot.js')
/** Pages that people meet first, and the slice of their texts. */
const DOORS = { '/': ['WelcomePage', 'welcome'], '/urgent': ['UrgentPage', 'urgent'] }

/** @param {unknown} files */
const written = (files) => fs.readFileSync(source, 'utf8').replace('__FILES__', JSON.stringify(files))
const nothing = { texts: {}, pages: {} }

/** @returns {import('vite').Plugin} */
export function boot() {
  return {
    name: 'ponimau-boot',
    configureServer(server) {
      server.middlewares.use((req, res, next) => {
        if (req.url !== '/boot.js') return next()
        res.setHeader('Content-Type', 'text/javascript')
        res.end(written(nothing))
      })
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const entry = new Set(Object.values(bundle).flatMap((c) => (c.type === 'chunk' && c.isEntry ? closureOf(bundle, c.fileName) : [])))
        /** @param {RegExp[]} modules */
        const files = (modules) => [...new Set(modules.flatMap((module) => facade(bundle, module).flatMap((name) => closureOf(bundle, name))))]
          .filter((name) => !entry.has(name) && /\.(js|css)$/.test(name)).map((name) => `/${name}`)
        const texts = Object.fromEntries(LANGS.map((lang) => [lang, files([new RegExp(`virtual:messages/(base|kit)/${lang}$`), /ui\/Spoken\.tsx$/])]))
        const pages = Object.fromEntries(Object.entries(DOORS).map(([address, [page, slice]]) => [
          address, Object.fromEntries(LANGS.map((lang) => [lang, files([new RegExp(`/${page}\\.tsx$`), new RegExp(`virtual:messages/${slice}/${lang}$`)])])),
        ]))
        this.emitFile({ type: 'asset', fileName: 'boot.js', source: written({ texts, pages }).replaceAll(/^\s*\/[/*].*$/gm, '').replaceAll(/\n\s*/g, '\n') })
      },
    },
  }
}
