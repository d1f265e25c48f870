// brands/<brand>/ → <out>/brands/<brand>/: what the server serves for the brand it runs with, as if it lay at the root.
//   index.html            the page for every navigation (name, theme colour and brand data written in)
//   manifest.webmanifest  served at /manifest.webmanifest
//   brand/…               served at /brand/…
// regions/<region>/urgent-help.json → <out>/regions/<region>/region/urgent-help.json, served at /region/urgent-help.json.
// The files of $BRAND (ponimayu) and $REGION (ru) are written at the root too, for a server that runs only these.
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Resvg, initWasm } from '@resvg/resvg-wasm'
import { hex } from './colour.mjs'
import { brandsDir, readTokens, tokensCss } from './tokens.mjs'

const require_ = (await import('node:module')).createRequire(import.meta.url)
let wasmReady = false

/** @returns {string[]} */
export const brands = () => fs.readdirSync(brandsDir).filter((b) => fs.existsSync(path.join(brandsDir, b, 'brand.json')))

const regionsDir = path.resolve(brandsDir, '../regions')
/** @returns {string[]} regions that have a list of phones for emergencies */
export const regions = () => fs.readdirSync(regionsDir).filter((r) => fs.existsSync(path.join(regionsDir, r, 'urgent-help.json')))

/** @param {string} brand */
export function readBrand(brand) {
  const { $comment: _, ...data } = JSON.parse(fs.readFileSync(path.join(brandsDir, brand, 'brand.json'), 'utf8'))
  return data
}

/** @param {string} brand @param {'light' | 'dark'} theme @param {string} role */
const colour = (brand, theme, role) => hex(readTokens(brand).color[theme][role].$value)

/** @param {string} brand @returns {{ start_url: string, name: string, icons: { src: string, sizes: string, type: string, purpose?: string }[] } & Record<string, unknown>} */
export function manifest(brand) {
  const { name, description } = readBrand(brand)
  return {
    id: '/',
    name: name.ru,
    short_name: name.ru,
    description: description.ru,
    lang: 'ru',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    background_color: colour(brand, 'light', 'canvas'),
    theme_color: colour(brand, 'light', 'canvas'),
    icons: [
      { src: '/brand/icon-192.png', sizes: '192x192', type: 'image/png' },
      { src: '/brand/icon-512.png', sizes: '512x512', type: 'image/png' },
      { src: '/brand/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
      { src: '/brand/logo.svg', sizes: 'any', type: 'image/svg+xml' },
    ],
  }
}

/**
 * The page's head for a brand. The data block is not script (its type is JSON), so the content policy lets it stand.
 * @param {string} html built index.html @param {string} brand
 */
export function brandHtml(html, brand) {
  const data = readBrand(brand)
  const json = JSON.stringify(data).replaceAll('<', '\\u003c')
  /** @param {string} text */
  const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
  return html
    .replace('<title></title>', `<title>${escape(data.name.ru)}</title>\n    <meta name="description" content="${escape(data.description.ru)}" />`)
    .replace('<!--brand-->', [
      `<meta name="theme-color" media="(prefers-color-scheme: light)" content="${colour(brand, 'light', 'canvas')}" />`,
      `<meta name="theme-color" media="(prefers-color-scheme: dark)" content="${colour(brand, 'dark', 'canvas')}" />`,
      `<script type="application/json" id="brand">${json}</script>`,
    ].join('\n    '))
}

/** @param {string} svg @param {number} size @param {{ background: string, padding: number }} [plate] a plate under the mark, for maskable icons @returns {Promise<Uint8Array>} PNG */
async function png(svg, size, plate) {
  if (!wasmReady) {
    await initWasm(fs.readFileSync(require_.resolve('@resvg/resvg-wasm/index_bg.wasm')))
    wasmReady = true
  }
  const pad = plate ? size * plate.padding : 0
  const inner = size - 2 * pad
  const body = svg.replace(/<svg[^>]*>/, (tag) => `<svg x="${pad}" y="${pad}" width="${inner}" height="${inner}" ${/viewBox="[^"]*"/.exec(tag)?.[0] ?? ''}>`)
  const plateRect = plate ? `<rect width="${size}" height="${size}" fill="${plate.background}"/>` : ''
  const whole = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}">${plateRect}${body}</svg>`
  return new Resvg(whole).render().asPng()
}

/** @param {string} brand @returns {Promise<Map<string, string | Uint8Array>>} path below /brand/ → content */
export async function brandFiles(brand) {
  const dir = path.join(brandsDir, brand)
  const data = readBrand(brand)
  const logo = fs.readFileSync(path.join(dir, 'logo.svg'), 'utf8')
  const { background, padding } = data.icons
  return new Map(/** @type {[string, string | Uint8Array][]} */ ([
    ['tokens.css', tokensCss(readTokens(brand))],
    ['brand.json', JSON.stringify(data)],
    ['logo.svg', logo],
    ['icon-192.png', await png(logo, 192)],
    ['icon-512.png', await png(logo, 512)],
    ['icon-maskable-512.png', await png(logo, 512, { background, padding: padding + 0.08 })],
    ['apple-touch-icon.png', await png(logo, 180, { background, padding })],
  ]))
}

/** @param {string} out */
export async function writeBrands(out) {
  const html = fs.readFileSync(path.join(out, 'index.html'), 'utf8')
  for (const brand of brands()) {
    const dir = path.join(out, 'brands', brand)
    fs.mkdirSync(path.join(dir, 'brand'), { recursive: true })
    for (const [name, content] of await brandFiles(brand)) fs.writeFileSync(path.join(dir, 'brand', name), content)
    fs.writeFileSync(path.join(dir, 'index.html'), brandHtml(html, brand))
    fs.writeFileSync(path.join(dir, 'manifest.webmanifest'), JSON.stringify(manifest(brand)))
  }
  for (const region of regions()) {
    const dir = path.join(out, 'regions', region, 'region')
    fs.mkdirSync(dir, { recursive: true })
    fs.copyFileSync(path.join(regionsDir, region, 'urgent-help.json'), path.join(dir, 'urgent-help.json'))
  }
  fs.cpSync(path.join(out, 'brands', process.env.BRAND ?? 'ponimayu'), out, { recursive: true })
  fs.cpSync(path.join(out, 'regions', process.env.REGION ?? 'ru'), out, { recursive: true })
}

const types = { '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png' }

/**
 * Serves one brand ($BRAND, else ponimayu) in `vite` and `vite preview`, as the server would.
 * @returns {import('vite').Plugin}
 */
export function brandPlugin() {
  const brand = process.env.BRAND ?? 'ponimayu'
  /** @type {import('vite').Connect.NextHandleFunction} */
  const serve = async (req, res, next) => {
    const url = (req.url ?? '').split('?')[0] ?? ''
    if (url === '/manifest.webmanifest') {
      res.setHeader('Content-Type', 'application/manifest+json')
      res.end(JSON.stringify(manifest(brand)))
      return
    }
    if (url === '/region/urgent-help.json') {
      res.setHeader('Content-Type', 'application/json')
      res.end(fs.readFileSync(path.resolve(brandsDir, '../regions', process.env.REGION ?? 'ru', 'urgent-help.json')))
      return
    }
    const name = /^\/brand\/(.+)$/.exec(url)?.[1]
    const file = name ? (await brandFiles(brand)).get(name) : undefined
    if (file === undefined || !name) {
      next()
      return
    }
    res.setHeader('Content-Type', types[/** @type {keyof typeof types} */ (path.extname(name))])
    res.end(file)
  }
  return {
    name: 'ponimau-brand',
    configureServer: (server) => void server.middlewares.use((req, res, next) => void serve(req, res, next)),
    transformIndexHtml: { order: 'post', handler: (html, ctx) => (ctx.server ? brandHtml(html, brand) : html) },
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeBrands(path.resolve(import.meta.dirname, '..', process.argv[2] ?? 'dist'))
