// Looking into a finished bundle: which files a module needs.
/** @typedef {import('rolldown').OutputBundle} Bundle */

/** Chunks that were made for a module. @param {Bundle} bundle @param {RegExp} module @returns {string[]} */
export const facade = (bundle, module) =>
  Object.values(bundle).flatMap((c) => (c.type === 'chunk' && module.test((c.facadeModuleId ?? '').replaceAll('\\', '/')) ? [c.fileName] : []))

/** A chunk, all it imports statically, and their style sheets. @param {Bundle} bundle @param {string} name @param {Set<string>} [seen] @returns {string[]} */
export function closureOf(bundle, name, seen = new Set()) {
  const chunk = bundle[name]
  if (!chunk || seen.has(name)) return [...seen]
  seen.add(name)
  if (chunk.type === 'chunk') {
    chunk.imports.forEach((next) => closureOf(bundle, next, seen))
    // Vite notes here which style sheets and fonts belong to a chunk.
    const { viteMetadata } = /** @type {{ viteMetadata?: { importedCss: Set<string>, importedAssets: Set<string> } }} */ (chunk)
    for (const file of [...(viteMetadata?.importedCss ?? []), ...(viteMetadata?.importedAssets ?? [])]) seen.add(file)
  }
  return [...seen]
}
