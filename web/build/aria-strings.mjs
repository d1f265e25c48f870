// React Aria speaks to screen readers in 30 languages, Kazakh not among them, and its Russian has wrong plurals. Its string tables
// are replaced by a door to our own catalogue (`aria.<package>.<key>` in locales/*/aria.json): all three languages are right,
// follow the language switch at once, and 27 others are not shipped.
import { readCatalogue } from './messages.mjs'

/** @param {string} id @returns {string | undefined} the React Aria package whose strings the module holds */
export function ariaPackage(id) {
  const m = /\/(react-aria|react-stately|react-aria-components)\/dist\/private\/(?:([a-z]+)\/)?intlStrings\.mjs$/.exec(id.replaceAll('\\', '/'))
  if (!m) return undefined
  if (m[1] === 'react-aria-components') return 'components'
  return m[1] === 'react-stately' ? `${m[2]}State` : m[2]
}

/** @param {string} name */
export const ariaModule = (name) =>
  `const say = (key) => (args) => globalThis[Symbol.for('ponimau.translate')]('aria.${name}.' + key, args)
export default { 'en-US': new Proxy({}, { get: (_, key) => typeof key === 'string' ? say(key) : undefined }) }`

/** @returns {import('vite').Plugin} */
export function ariaStrings() {
  return {
    name: 'ponimau-aria-strings',
    enforce: 'pre',
    load(id) {
      const name = ariaPackage(id)
      return name ? ariaModule(name) : undefined
    },
    transform(code, id) {
      // Trusted Types forbid assigning even an empty string to innerHTML.
      if (!id.includes('/live-announcer/')) return undefined
      return code.replaceAll(".innerHTML = ''", ".textContent = ''")
    },
    generateBundle(_options, bundle) {
      const known = new Set(Object.keys(readCatalogue('ru', 'aria')).map((k) => k.split('.')[1]))
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue
        for (const [id, module] of Object.entries(chunk.modules)) {
          const name = ariaPackage(id)
          if (name && module.renderedLength > 0 && !known.has(name)) {
            this.error(`A component of React Aria's package "${name}" is used, but locales/*/aria.json has no aria.${name}.* messages`)
          }
        }
      }
    },
  }
}
