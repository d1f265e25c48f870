import { browserSound } from './browserSound'
import type { Cancel } from './clock'
import type { MediaKind, MediaPort, NetworkPort, PagePort, Platform, WakeLockHandle } from './platform'

/** The platform of a real browser. The only file of the engine, with `browserSound`, that touches globals. */
export function browserPlatform(): Platform {
  return {
    clock: {
      now: () => performance.now(),
      after: (delayMs, run) => {
        const timer = setTimeout(run, delayMs)
        return () => clearTimeout(timer)
      },
    },
    tabName,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    sha256: async (data) => new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(data))),
    createPeerConnection: (configuration) => new RTCPeerConnection(configuration),
    generateCertificate,
    createStream: (tracks) => new MediaStream([...tracks]),
    codecs: (kind) => RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [],
    media: browserMedia(),
    page: browserPage(),
    network: browserNetwork(),
    sound: browserSound(),
    requestWakeLock,
  }
}

const TAB_KEY = 'ponimau.call.tab'

function tabName(): string {
  const fresh = (): string => crypto.randomUUID().slice(0, 8)
  try {
    const name = sessionStorage.getItem(TAB_KEY) ?? fresh()
    sessionStorage.setItem(TAB_KEY, name)
    return name
  } catch {
    // Storage is forbidden here: a reload then looks like another tab.
    return fresh()
  }
}

async function generateCertificate(): Promise<RTCCertificate | null> {
  try {
    const algorithm: EcKeyGenParams = { name: 'ECDSA', namedCurve: 'P-256' }
    return await RTCPeerConnection.generateCertificate(algorithm)
  } catch {
    // Each connection then makes its own, and the words change when a connection is made anew.
    return null
  }
}

function browserMedia(): MediaPort {
  // Absent on a page without HTTPS; asking then fails with a code instead of a crash.
  const devices = navigator.mediaDevices as MediaDevices | undefined
  const missing = (): Promise<never> => Promise.reject(new DOMException('no media devices', 'NotSupportedError'))
  return {
    getUserMedia: (constraints) => devices?.getUserMedia(constraints) ?? missing(),
    getDisplayMedia:
      devices !== undefined && 'getDisplayMedia' in devices ? (options) => devices.getDisplayMedia(options) : null,
    enumerateDevices: () => devices?.enumerateDevices() ?? Promise.resolve([]),
    permission,
    onDeviceChange: (run) => (devices === undefined ? () => undefined : listen(devices, 'devicechange', run)),
  }
}

async function permission(kind: MediaKind): Promise<PermissionState | 'unknown'> {
  try {
    const name = (kind === 'audio' ? 'microphone' : 'camera') as PermissionName
    return (await navigator.permissions.query({ name })).state
  } catch {
    return 'unknown'
  }
}

function browserPage(): PagePort {
  return {
    visible: () => document.visibilityState === 'visible',
    onVisibility: (run) => listen(document, 'visibilitychange', () => run(document.visibilityState === 'visible')),
    onHide: (run) => listen(window, 'pagehide', run),
    onRestore: (run) =>
      listen(window, 'pageshow', (event) => {
        if ((event as PageTransitionEvent).persisted) run()
      }),
  }
}

function browserNetwork(): NetworkPort {
  return {
    online: () => navigator.onLine,
    onEvent: (run) => {
      const connection = (navigator as Navigator & { readonly connection?: EventTarget }).connection
      const cancels = [
        listen(window, 'online', () => run('online')),
        listen(window, 'offline', () => run('offline')),
        connection === undefined ? () => undefined : listen(connection, 'change', () => run('changed')),
      ]
      return () => {
        for (const cancel of cancels) cancel()
      }
    },
  }
}

async function requestWakeLock(): Promise<WakeLockHandle | null> {
  if (!('wakeLock' in navigator)) return null
  try {
    const sentinel = await navigator.wakeLock.request('screen')
    return {
      release: () => sentinel.release(),
      onRelease: (run) => {
        sentinel.addEventListener('release', run, { once: true })
      },
    }
  } catch {
    return null
  }
}

function listen(target: EventTarget, type: string, run: (event: Event) => void): Cancel {
  target.addEventListener(type, run)
  return () => target.removeEventListener(type, run)
}
