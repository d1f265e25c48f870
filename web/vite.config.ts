import path from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { ariaStrings } from './build/aria-strings.mjs'
import { brandPlugin } from './build/brands.mjs'
import { messages } from './build/messages.mjs'
import { preview } from './build/preview.mjs'
import { serviceWorker } from './build/service-worker.mjs'

const api = process.env.API ?? 'http://127.0.0.1:8080'

export default defineConfig(({ mode }) => ({
  plugins: [messages(), ariaStrings(), react(), brandPlugin(), serviceWorker(), preview()],
  // The gallery of components is built for tests only; a product build knows nothing of it.
  define: { __GALLERY__: JSON.stringify(mode === 'gallery') },
  resolve: { alias: { '~': path.resolve(import.meta.dirname, 'src') } },
  server: { port: 5173, proxy: { '/api': { target: api, changeOrigin: false } } },
  optimizeDeps: { exclude: ['react-aria-components', 'react-aria', 'react-stately'] },
  build: {
    target: ['chrome111', 'safari16.4', 'firefox114'],
    // The polyfill would be an inline module; every supported browser preloads modules itself.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    sourcemap: false,
    chunkSizeWarningLimit: 400,
    manifest: true,
  },
  css: { modules: { localsConvention: 'camelCaseOnly' } },
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.{ts,tsx}'],
    environment: 'node',
    restoreMocks: true,
  },
}))
