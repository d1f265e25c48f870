import { defineConfig } from '@playwright/test'

const port = Number(process.env.GALLERY_PORT ?? 4173)
const chromium = {
  browserName: 'chromium' as const,
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--auto-select-desktop-capture-source=Entire screen'],
  },
}

/** A project of its own folder for what fails: two of them may run at once, and each empties its own first. */
const project = (name: string, more: { testDir?: string; testMatch?: string; testIgnore?: string | string[] }, baseURL = process.env.PONIMAU_URL) =>
  ({ name, outputDir: `out/results/${name}`, use: { ...chromium, baseURL }, ...more })

/**
 * Kinds of tests: `foundation` needs no server (the gallery of components and the public pages, under the real content policy);
 * `app` drives a running product at $PONIMAU_URL, as a person would, and `call` two people who talk there; `keycloak` one beside a
 * real Keycloak, `moving` one that is switched to it; `bootstrap` an empty one, by the link on its console; `pictures` makes those
 * of the README.
 */
export default defineConfig({
  testDir: '.',
  snapshotPathTemplate: '{testDir}/{testFileDir}/trees/{arg}{ext}',
  workers: 1,
  // Two browsers, a camera and a database on two cores: a second try tells a busy machine from a fault, and is reported as such.
  retries: 1,
  fullyParallel: false,
  forbidOnly: true,
  reporter: [['list']],
  timeout: 60_000,
  // Two cores do the browser, the server and its database.
  expect: { timeout: 15_000 },
  // Without a limit of its own, a step that cannot be done waits for the end of its test, and hides what went wrong.
  // A trace costs a third of a test's time: the second try has one.
  use: { actionTimeout: 20_000, navigationTimeout: 30_000, trace: 'on-first-retry', locale: 'ru-RU', timezoneId: 'Europe/Moscow' },
  projects: [
    project('foundation', { testDir: './foundation' }, `http://localhost:${String(port)}`),
    project('app', { testIgnore: ['foundation/**', 'bootstrap.spec.ts', 'call*.spec.ts', 'keycloak*.spec.ts', 'pictures.spec.ts'] }),
    project('call', { testMatch: 'call*.spec.ts' }),
    project('keycloak', { testMatch: 'keycloak*.spec.ts', testIgnore: 'keycloak-moving.spec.ts' }),
    project('moving', { testMatch: 'keycloak-moving.spec.ts' }),
    project('bootstrap', { testMatch: 'bootstrap.spec.ts' }),
    project('pictures', { testMatch: 'pictures.spec.ts' }),
  ],
  webServer: process.env.PONIMAU_URL === undefined
    ? { command: `npx vite preview --outDir dist-gallery --port ${String(port)} --strictPort --host localhost`, cwd: '..', url: `http://localhost:${String(port)}/boot.js`, reuseExistingServer: false }
    : undefined,
})
