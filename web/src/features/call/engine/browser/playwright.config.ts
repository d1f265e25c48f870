// Two real Chromium pages hold a call: `npx playwright test -c src/features/call/engine/browser`.
//
// CHROMIUM names the browser (default /usr/bin/chromium). Through a relay: RELAY_URLS, its addresses separated by
// spaces, and RELAY_SECRET, the secret that signs its credentials. Without them the pages talk directly and the tests
// of the relay are not there.
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../../../../node_modules/.cache/call-engine',
  workers: 1,
  timeout: 300_000,
  expect: { timeout: 90_000 },
  reporter: 'list',
  use: {
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
        '--auto-select-desktop-capture-source=Entire screen',
        '--autoplay-policy=no-user-gesture-required',
        '--allow-loopback-in-peer-connection',
        '--ignore-certificate-errors',
      ],
    },
  },
})
