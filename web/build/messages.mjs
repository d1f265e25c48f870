// Message catalogues: locales/<lang>/<slice>.json → compiled modules, one per slice and language, and the types of their keys.
// ICU is parsed here, at build time, so that no parser is sent to anyone's phone.
import fs from 'node:fs'
import path from 'node:path'
import { compileMessage } from '@lingui/message-utils/compileMessage'

/** @typedef {import('@lingui/message-utils/compileMessage').CompiledMessage} Compiled */
/** @typedef {Record<string, string>} Catalogue */

export const LANGS = /** @type {const} */ (['ru', 'kk', 'en'])
/** Slices every screen needs; they travel together as one chunk per language. */
export const BASE_SLICES = ['common', 'shell']
/** Texts of the kit and of React Aria within it; they come with the first screen, beside its own. */
export const KIT_SLICES = ['ui', 'aria', 'zones']

const root = path.resolve(import.meta.dirname, '..')
export const localesDir = path.join(root, 'locales')
const VIRTUAL = 'virtual:messages'

/** @returns {string[]} names of the slices, from the Russian catalogue, which is the reference */
export function slices() {
  return fs.readdirSync(path.join(localesDir, 'ru')).filter((f) => f.endsWith('.json')).map((f) => f.slice(0, -5)).sort()
}

/** @param {string} lang @param {string} slice @returns {Catalogue} */
export function readCatalogue(lang, slice) {
  const file = path.join(localesDir, lang, `${slice}.json`)
  if (!fs.existsSync(file)) return {}
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Error(`${file}: ${String(error)}`)
  }
}

/** @param {string} key @param {string} message @returns {Compiled} */
export function compile(key, message) {
  /** @type {unknown} */
  let failure
  const compiled = compileMessage(message, (v) => v)
  try {
    argsOf(compiled)
  } catch (error) {
    failure = error
  }
  if (failure) throw new Error(`${key}: ${String(failure)}`)
  return compiled
}

/**
 * The arguments a compiled message takes, with the TypeScript type of each.
 * @param {Compiled} compiled @param {Map<string, string>} [into] @returns {Map<string, string>}
 */
export function argsOf(compiled, into = new Map()) {
  if (!Array.isArray(compiled)) return into
  for (const token of compiled) {
    if (!Array.isArray(token)) continue
    const [name, format, options] = /** @type {[string, string?, unknown?]} */ (token)
    const type = argType(format, options)
    const known = into.get(name)
    // `{n}` beside `{n, plural, …}` is the same number.
    if (!known || known === 'string | number') into.set(name, type)
    if (options && typeof options === 'object') {
      for (const branch of Object.values(options)) argsOf(/** @type {Compiled} */ (branch), into)
    }
  }
  return into
}

/** @param {string | undefined} format @param {unknown} options */
function argType(format, options) {
  if (format === 'plural' || format === 'selectordinal' || format === 'number') return 'number'
  if (format === 'date' || format === 'time') return 'Date'
  if (format === 'select') {
    const keys = Object.keys(/** @type {object} */ (options)).filter((k) => k !== 'other' && k !== 'offset')
    // `other` is the rest: any string is right, the named ones are completed by the editor.
    return [...keys.map((k) => JSON.stringify(k)), '(string & {})'].join(' | ')
  }
  return 'string | number'
}

/** Text of src/i18n/keys.gen.ts. */
export function keyTypes() {
  const lines = ['// Made from locales/ru by `npm run gen`. Not edited by hand, not committed.', 'export interface MessageArgs {']
  for (const slice of slices()) {
    for (const [key, message] of Object.entries(readCatalogue('ru', slice))) {
      const args = [...argsOf(compile(key, message))]
      const type = args.length ? `{ ${args.map(([n, t]) => `${JSON.stringify(n)}: ${t}`).join('; ')} }` : 'undefined'
      lines.push(`  ${JSON.stringify(key)}: ${type}`)
    }
  }
  lines.push('}', `export type Slice = ${slices().map((s) => JSON.stringify(s)).join(' | ')}`, '')
  return lines.join('\n')
}

export function writeKeyTypes() {
  const file = path.join(root, 'src/i18n/keys.gen.ts')
  const text = keyTypes()
  if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) fs.writeFileSync(file, text)
}

/** @param {string[]} of @param {string} lang */
function moduleFor(of, lang) {
  /** @type {Record<string, Compiled>} */
  const all = {}
  for (const slice of of) {
    for (const [key, message] of Object.entries(readCatalogue(lang, slice))) all[key] = compile(`${lang}/${key}`, message)
  }
  return `export default JSON.parse(${JSON.stringify(JSON.stringify(all))})`
}

function indexModule() {
  const lazy = ['base', 'kit', ...slices().filter((s) => !BASE_SLICES.includes(s) && !KIT_SLICES.includes(s))]
  const entries = lazy.map((slice) => {
    const langs = LANGS.map((l) => `${l}: () => import('${VIRTUAL}/${slice}/${l}')`)
    return `${JSON.stringify(slice)}: { ${langs.join(', ')} }`
  })
  return `export const catalogues = {\n${entries.join(',\n')}\n}`
}

/** Vite plugin: `virtual:messages` and its parts. @returns {import('vite').Plugin} */
export function messages() {
  return {
    name: 'ponimau-messages',
    buildStart() {
      writeKeyTypes()
    },
    resolveId(id) {
      return id === VIRTUAL || id.startsWith(`${VIRTUAL}/`) ? `\0${id}` : undefined
    },
    load(id) {
      if (id === `\0${VIRTUAL}`) return indexModule()
      if (!id.startsWith(`\0${VIRTUAL}/`)) return undefined
      const [slice, lang] = /** @type {[string, string]} */ (id.slice(VIRTUAL.length + 2).split('/'))
      return moduleFor(slice === 'base' ? BASE_SLICES : slice === 'kit' ? KIT_SLICES : [slice], lang)
    },
    configureServer(server) {
      server.watcher.add(localesDir)
      server.watcher.on('all', (_event, file) => {
        if (!file.startsWith(localesDir)) return
        writeKeyTypes()
        for (const [id, module] of server.environments.client.moduleGraph.idToModuleMap) {
          if (id.startsWith(`\0${VIRTUAL}`)) server.environments.client.moduleGraph.invalidateModule(module)
        }
        server.ws.send({ type: 'full-reload' })
      })
    },
  }
}
