import { createHmac, randomUUID } from 'node:crypto'
import path from 'node:path'
import { expect, test, type Browser, type BrowserContext, type Page } from '@playwright/test'
import { build } from 'vite'
import type { SignalMessage } from '../signal/message'
import { LossyPath } from './lossyPath'
import type { Counted, HarnessOptions } from './page'

const ORIGIN = 'https://call.test'
const RELAY_URLS = (process.env.RELAY_URLS ?? '').split(' ').filter((url) => url !== '')
const RELAY_SECRET = process.env.RELAY_SECRET ?? ''
const HOUR_S = 3_600

/** One person's browser with the page of the test in it. */
class Person {
  page!: Page
  other!: Person
  private lost = false
  private readonly missed: SignalMessage[] = []
  private sent: SignalMessage[] = []

  constructor(
    readonly context: BrowserContext,
    private readonly options: HarnessOptions,
  ) {}

  async open(): Promise<void> {
    await this.context.exposeBinding('sendSignal', (_, message: SignalMessage) => this.send(message))
    this.page = await this.context.newPage()
    await this.load()
  }

  async load(): Promise<void> {
    await this.page.goto(ORIGIN)
    await this.page.evaluate((options) => window.harness.start(options), this.options)
  }

  async phase(): Promise<string> {
    return this.page.evaluate(() => window.harness.snapshot().phase.name)
  }

  async count(): Promise<Counted> {
    return this.page.evaluate(() => window.harness.count())
  }

  async loseSignalling(): Promise<void> {
    this.lost = true
    await this.page.evaluate(() => window.harness.channel.change('lost'))
  }

  async resumeSignalling(): Promise<void> {
    this.lost = false
    await this.page.evaluate(() => window.harness.channel.change('open'))
    for (const message of this.missed.splice(0)) await this.take(message)
  }

  /** Everything this person ever sent comes to the other once more, in disorder. */
  async replay(): Promise<void> {
    for (const message of [...this.sent].reverse()) await this.other.take(message)
  }

  private async send(message: SignalMessage): Promise<void> {
    this.sent.push(message)
    await this.other.take(message)
    // At least once: every third message comes twice.
    if (this.sent.length % 3 === 0) await this.other.take(message)
  }

  private async take(message: SignalMessage): Promise<void> {
    if (this.lost) this.missed.push(message)
    else {
      // The page may be reloading just now: what comes then is lost, as with a closed stream.
      await this.page
        .evaluate((raw) => {
          if ('harness' in window) window.harness.channel.deliver(raw)
        }, message)
        .catch(() => undefined)
    }
  }
}

async function script(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'chrome120',
      lib: { entry: path.join(import.meta.dirname, 'page.ts'), formats: ['iife'], name: 'page' },
    },
  })
  const [bundle] = [result].flat()
  if (bundle === undefined || !('output' in bundle)) throw new Error('the page was not built')
  return bundle.output[0].code
}

/** A call of its own for each test: what one leaves behind at the relay does not count for the next. */
let callId = ''

test.beforeEach(() => {
  callId = randomUUID()
})

function iceServers(participant: string, urls = RELAY_URLS, expiresInS = HOUR_S): RTCIceServer[] {
  if (urls.length === 0) return []
  const username = `${String(Math.floor(Date.now() / 1000) + expiresInS)}:${callId}:${participant}`
  const credential = createHmac('sha1', RELAY_SECRET).update(username).digest('base64')
  return [{ urls, username, credential }]
}

let code = ''

test.beforeAll(async () => {
  code = await script()
})

async function meet(
  browser: Browser,
  overrides: Partial<HarnessOptions> & { urls?: string[] } = {},
): Promise<{ anna: Person; boris: Person }> {
  const { urls = RELAY_URLS, ...options } = overrides
  const transport = urls.length === 0 ? 'all' : 'relay'
  const person = async (side: 'polite' | 'impolite'): Promise<Person> => {
    const context = await browser.newContext()
    const html = '<!doctype html><title>call</title><body><script src="/page.js"></script></body>'
    await context.route(`${ORIGIN}/**`, (route) =>
      route.request().url().endsWith('/page.js')
        ? route.fulfill({ contentType: 'text/javascript', body: code })
        : route.fulfill({ contentType: 'text/html', body: html }),
    )
    return new Person(context, {
      side,
      transport,
      iceServers: iceServers(side, urls),
      expiresInMs: HOUR_S * 1000,
      ...options,
    })
  }
  const [anna, boris] = [await person('polite'), await person('impolite')]
  anna.other = boris
  boris.other = anna
  await Promise.all([anna.open(), boris.open()])
  return { anna, boris }
}

async function bothConnected(...people: Person[]): Promise<void> {
  for (const person of people) await expect.poll(() => person.phase()).toBe('connected')
}

/** Picture and sound arrive from now on, not only earlier. */
async function mediaFlows(...people: Person[]): Promise<void> {
  for (const person of people) {
    const before = await person.count()
    await expect
      .poll(async () => {
        const now = await person.count()
        return now.framesDecoded > before.framesDecoded + 5 && now.soundPackets > before.soundPackets + 10
      })
      .toBe(true)
  }
}

function udpRelay(): string {
  const url = RELAY_URLS.find((one) => one.includes('transport=udp'))
  if (url === undefined) throw new Error('RELAY_URLS names no UDP address')
  return url
}

async function end(...people: Person[]): Promise<void> {
  for (const person of people) await person.context.close()
}

test('two people see and hear each other and read the same words', async ({ browser }) => {
  const { anna, boris } = await meet(browser)
  await bothConnected(anna, boris)
  await mediaFlows(anna, boris)
  const words = (person: Person) =>
    person.page.evaluate(() => {
      const { verification } = window.harness.snapshot()
      return verification.status === 'ready' ? verification.code.words.kk.join(' ') : ''
    })
  await expect.poll(() => words(anna)).not.toBe('')
  expect(await words(boris)).toBe(await words(anna))
  expect((await anna.count()).connections).toBe(1)
  const types = await anna.count()
  expect(types.pair?.local).toBe(RELAY_URLS.length === 0 ? 'host' : 'relay')
  await end(anna, boris)
})

test('mute, camera, sharing and sound alone are told and done', async ({ browser }) => {
  const { anna, boris } = await meet(browser)
  await bothConnected(anna, boris)
  const remote = () => boris.page.evaluate(() => window.harness.snapshot().remote)
  await expect.poll(remote).toEqual({ microphone: 'on', camera: 'on', sharing: false })

  await anna.page.evaluate(() => window.harness.model.setMuted(true))
  await anna.page.evaluate(() => window.harness.model.setCamera(false))
  await expect.poll(remote).toEqual({ microphone: 'muted', camera: 'off', sharing: false })

  await anna.page.evaluate(() => window.harness.model.startSharing())
  await expect.poll(remote).toMatchObject({ sharing: true })
  const screen = () =>
    boris.page.evaluate(() => {
      const [, element] = document.querySelectorAll('video')
      return element?.videoWidth ?? 0
    })
  await expect.poll(screen).toBeGreaterThan(100)
  await anna.page.evaluate(() => window.harness.model.stopSharing())
  await anna.page.evaluate(() => window.harness.model.setCamera(true))
  await expect.poll(remote).toMatchObject({ camera: 'on', sharing: false })

  await anna.page.evaluate(() => window.harness.model.setAudioOnly(true))
  await expect
    .poll(async () => {
      const before = (await anna.count()).framesDecoded
      await anna.page.waitForTimeout(700)
      return (await anna.count()).framesDecoded - before
    })
    .toBe(0)
  await anna.page.evaluate(() => window.harness.model.setMuted(false))
  await anna.page.evaluate(() => window.harness.model.setAudioOnly(false))
  await mediaFlows(anna, boris)
  expect((await boris.count()).connections).toBe(1)
  await end(anna, boris)
})

test('an ICE restart of both at once keeps the call', async ({ browser }) => {
  const { anna, boris } = await meet(browser)
  await bothConnected(anna, boris)
  for (let round = 0; round < 3; round += 1) {
    const before = await anna.page.evaluate(() => window.harness.ufrag())
    await Promise.all(
      [anna, boris].map((person) =>
        person.page.evaluate(() => {
          window.dispatchEvent(new Event('online'))
          window.dispatchEvent(new Event('online'))
        }),
      ),
    )
    await expect.poll(() => anna.page.evaluate(() => window.harness.ufrag())).not.toBe(before)
    await mediaFlows(anna, boris)
  }
  expect((await anna.count()).connections).toBe(1)
  expect((await boris.count()).connections).toBe(1)
  await end(anna, boris)
})

test('a reload returns into the call, again and again, and old messages do no harm', async ({ browser }) => {
  const { anna, boris } = await meet(browser)
  await bothConnected(anna, boris)
  for (const reloaded of [anna, boris, anna]) {
    await reloaded.load()
    await bothConnected(anna, boris)
    await mediaFlows(anna, boris)
    await reloaded.other.replay()
    await reloaded.replay()
  }
  await mediaFlows(anna, boris)
  await bothConnected(anna, boris)
  await end(anna, boris)
})

test('lost signalling does not touch the call, and a reload of the other side is caught up', async ({ browser }) => {
  const { anna, boris } = await meet(browser)
  await bothConnected(anna, boris)
  await anna.loseSignalling()
  await mediaFlows(anna, boris)
  await boris.load()
  await expect.poll(() => anna.phase()).not.toBe('connected')
  await anna.resumeSignalling()
  await bothConnected(anna, boris)
  await mediaFlows(anna, boris)
  await end(anna, boris)
})

test('the loop of the device check measures', async ({ browser }) => {
  const { anna, boris } = await meet(browser)
  await bothConnected(anna, boris)
  const transport = RELAY_URLS.length === 0 ? 'all' : 'relay'
  const result = await anna.page.evaluate(async ([servers, policy]) => window.harness.loop(servers, policy), [
    iceServers('polite'),
    transport,
  ] as const)
  expect(result).toMatchObject({ outcome: 'measured' })
  if (result.outcome === 'measured') expect(result.throughputKbps).toBeGreaterThan(300)
  await end(anna, boris)
})

if (RELAY_URLS.length > 0) {
  test.describe('through the relay', () => {
    for (const [protocol, marker] of [
      ['udp', 'transport=udp'],
      ['tcp', 'turn:'],
      ['tls', 'turns:'],
    ] as const) {
      test(`carries picture and sound over ${protocol} alone`, async ({ browser }) => {
        const urls = RELAY_URLS.filter(
          (url) => url.includes(marker) && (protocol === 'udp' || !url.includes('transport=udp')),
        )
        const { anna, boris } = await meet(browser, { urls })
        await bothConnected(anna, boris)
        await mediaFlows(anna, boris)
        expect((await anna.count()).pair).toMatchObject({ local: 'relay', protocol })
        await end(anna, boris)
      })
    }

    test('is reached over each protocol, in a measured time, and refuses an expired access', async ({ browser }) => {
      const { anna, boris } = await meet(browser)
      const probe = (protocol: 'udp' | 'tcp' | 'tls', servers: RTCIceServer[]) =>
        anna.page.evaluate(async ([way, list]) => window.harness.probe(way, list), [protocol, servers] as const)
      for (const protocol of ['udp', 'tcp', 'tls'] as const) {
        expect(await probe(protocol, iceServers('polite'))).toMatchObject({ outcome: 'reachable' })
      }
      expect(await probe('udp', iceServers('polite', RELAY_URLS, -60))).toEqual({ outcome: 'refused' })
      const deaf = RELAY_URLS.filter((url) => url.includes('udp')).map((url) => url.replace(/:\d+\?/, ':9?'))
      expect(await probe('udp', iceServers('polite', deaf))).toEqual({ outcome: 'unreachable' })
      await end(anna, boris)
    })

    test('makes the video small, then pauses it on a lossy line, keeps the sound, and returns', async ({ browser }) => {
      const path = await LossyPath.open(udpRelay())
      const { anna, boris } = await meet(browser, { urls: [path.url] })
      await bothConnected(anna, boris)
      await mediaFlows(anna, boris)
      const sending = (person: Person) => person.page.evaluate(() => window.harness.snapshot().quality.sending)
      path.loss = 0.3
      await expect.poll(() => sending(anna)).toBe('reduced')
      await expect.poll(() => sending(anna)).toBe('audio_only')
      await expect.poll(() => boris.page.evaluate(() => window.harness.snapshot().remote.camera)).toBe('paused')
      const before = (await boris.count()).soundPackets
      await expect.poll(async () => (await boris.count()).soundPackets).toBeGreaterThan(before + 30)
      path.loss = 0
      await expect.poll(() => sending(anna)).toBe('full')
      await mediaFlows(anna, boris)
      expect((await anna.count()).connections).toBe(1)
      await end(anna, boris)
      path.close()
    })

    // A short cut is healed in place, a long one makes new connections meanwhile.
    for (const connections of [1, 2]) {
      test(`heals a cut that lasts into connection ${String(connections)}`, async ({ browser }) => {
        const path = await LossyPath.open(udpRelay())
        const { anna, boris } = await meet(browser, { urls: [path.url] })
        await bothConnected(anna, boris)
        await mediaFlows(anna, boris)
        path.cut = true
        await expect.poll(() => anna.phase()).toBe('reconnecting')
        await expect.poll(async () => (await anna.count()).connections).toBeGreaterThanOrEqual(connections)
        path.cut = false
        await bothConnected(anna, boris)
        await mediaFlows(anna, boris)
        await end(anna, boris)
        path.close()
      })
    }

    test('moves to fresh credentials while people talk', async ({ browser }) => {
      const { anna, boris } = await meet(browser, { expiresInMs: 24_000 })
      await bothConnected(anna, boris)
      const before = await anna.page.evaluate(() => window.harness.ufrag())
      await expect.poll(() => anna.page.evaluate(() => window.harness.granted)).toBeGreaterThan(1)
      await expect.poll(() => anna.page.evaluate(() => window.harness.ufrag())).not.toBe(before)
      await mediaFlows(anna, boris)
      expect((await anna.count()).connections).toBe(1)
      await end(anna, boris)
    })
  })
}
