import path from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { ariaStrings } from './build/aria-strings.mjs'
import { boot } from './build/boot.mjs'
import { brandPlugin } from './build/brands.mjs'
import { messages } from './build/messages.mjs'
import { preview } from './build/preview.mjs'
import { serviceWorker } from './build/service-worker.mjs'

const api = process.env.API ?? 'http://127.0.0.1:8080'

export default defineConfig(({ mode }) => ({
  plugins: [messages(), ariaStrings(), react(), brandPlugin(), boot(), serviceWorker(), preview()],
  // The gallery of components is built for tests only; a product build knows nothing of it.
  define: { __GALLERY__: JSON.stringify(mode === 'gallery') },
  resolve: { alias: [
      { find: '~', replacement: path.resolve(import.meta.dirname, 'src') },
      // Shims for React 17, which libraries still ask for.
      { find: /^use-sync-external-store\/shim\/with-selector(\.js)?$/, replacement: 'use-sync-external-store/with-selector.js' },
      { find: /^use-sync-external-store\/shim(\/index\.js)?$/, replacement: 'react' },
    ] },
  server: { port: 5173, proxy: { '/api': { target: api, changeOrigin: false } } },
  optimizeDeps: { exclude: ['react-aria-components', 'react-aria', 'react-stately'] },
  build: {
    target: ['chrome111', 'safari16.4', 'firefox114'],
    // The polyfill would be an inline module; every supported browser preloads modules itself.
    // Styles are listed ahead of a lazy screen; its scripts follow from the first of them. Listing those too would put the whole site's table
    // of contents into the frame that every visit loads.
    modulePreload: { polyfill: false, resolveDependencies: (_, files, { hostType }) => (hostType === 'html' ? files : files.filter((file) => file.endsWith('.css'))) },
    assetsInlineLimit: 0,
    sourcemap: false,
    chunkSizeWarningLimit: 400,
    manifest: true,
    rolldownOptions: {
      output: {
        // The frame lists every part's file, and names weigh there: the hash alone says which it is; which source it is, `.vite/manifest.json`.
        chunkFileNames: 'assets/[hash].js',
        assetFileNames: 'assets/[hash][extname]',
        // Libraries change rarely: apart from our code, they stay in the browser's cache over releases.
        codeSplitting: {
          groups: [
            { name: 'libraries', test: /node_modules\/(react|react-dom|scheduler|@tanstack\/(react-router|router-core|history|store|react-store)|@lingui\/core)\/|rolldown[/-]runtime|vite\/preload-helper/ },
            // What every visit needs of ours, in one piece rather than many small ones.
            { name: 'frame', test: /\/src\/(brand|i18n|api|shell|routes|ui)\/(index|read|problem|proof|me|guard|root|page|public|App|Root|RouteAnnouncer|OfflineBanner|Logo|UrgentLink|PublicShell|Preferences|ErrorPage|NotFoundPage|service-worker|theme|trusted|frame-icons|FrameIcon|cx|Layout|Plain|PageHeader|toast-queue|StepUp|clock)\.tsx?$|\/src\/(brand\/fonts|ui\/base)\.css$/ },
          ],
        },
      },
    },
  },
  css: { modules: { localsConvention: 'camelCaseOnly' } },
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.{ts,tsx}'],
    environment: 'node',
    restoreMocks: true,
  },
}))
