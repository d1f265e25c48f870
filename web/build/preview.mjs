// `vite preview` behaves like the server: the brand's page for every navigation, the same content policy.
import fs from 'node:fs'
import path from 'node:path'

export const CSP = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' blob: data:", "font-src 'self'",
  "manifest-src 'self'", "worker-src 'self'", "media-src 'self' blob:", "base-uri 'none'", "object-src 'none'", "form-action 'self'", "frame-ancestors 'none'",
  "require-trusted-types-for 'script'", 'trusted-types app',
].join('; ')

/** @returns {import('vite').Plugin} */
export function preview() {
  return {
    name: 'ponimau-preview',
    configurePreviewServer(server) {
      const out = path.resolve(server.config.root, server.config.build.outDir)
      const brand = process.env.BRAND ?? 'ponimayu'
      const region = path.resolve(server.config.root, '../regions', process.env.REGION ?? 'ru')
      /** @param {import('node:http').ServerResponse} res @param {string} file @param {string} type */
      const send = (res, file, type) => {
        res.setHeader('Content-Type', type)
        res.setHeader('Cache-Control', 'no-cache')
        res.end(fs.readFileSync(file))
      }
      server.middlewares.use((req, res, next) => {
        const url = (req.url ?? '/').split('?')[0] ?? '/'
        res.setHeader('Content-Security-Policy', CSP)
        res.setHeader('X-Content-Type-Options', 'nosniff')
        res.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
        const types = { '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png' }
        if (url === '/manifest.webmanifest') return send(res, path.join(out, 'brands', brand, 'manifest.webmanifest'), 'application/manifest+json')
        if (url === '/region/urgent-help.json') return send(res, path.join(region, 'urgent-help.json'), 'application/json')
        const asset = /^\/brand\/([\w.-]+)$/.exec(url)?.[1]
        if (asset) return send(res, path.join(out, 'brands', brand, 'brand', asset), types[/** @type {keyof typeof types} */ (path.extname(asset))] ?? 'application/octet-stream')
        if (url.startsWith('/api/')) {
          // The answers that the frame needs; nobody is signed in.
          if (url === '/api/public/urgent-help') return send(res, path.join(region, 'urgent-help.json'), 'application/json')
          res.statusCode = url === '/api/me' ? 200 : 404
          res.setHeader('Content-Type', 'application/json')
          return res.end(JSON.stringify(url === '/api/me' ? { person: null, locale: 'ru', now: new Date().toISOString(), is_demo: false } : { type: 'about:blank', title: 'not found', status: 404, code: 'not_found' }))
        }
        if (url === '/' || !path.extname(url)) return send(res, path.join(out, 'brands', brand, 'index.html'), 'text/html; charset=utf-8')
        return next()
      })
    },
  }
}
