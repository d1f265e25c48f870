import { Alarm, type Clock } from '../clock'
import type { Platform } from '../platform'
import type { QualityLevel } from '../quality/assess'

/** What five seconds of talking to oneself through our relay showed. */
export type LoopResult =
  | {
      readonly outcome: 'measured'
      /** There and back through the relay, median. */
      readonly rttMs: number
      /** How much the delay varies: mean difference of neighbours. */
      readonly jitterMs: number
      readonly lossRatio: number
      /** What came through; the test sends no more than a call would. */
      readonly throughputKbps: number
      readonly level: QualityLevel
    }
  | { readonly outcome: 'failed'; readonly stage: 'connect' | 'measure' }

const CONNECT_TIMEOUT_MS = 8_000
const MEASURE_MS = 5_000
const TAIL_MS = 600
const TICK_MS = 20
const PACKET_BYTES = 1_000
/** 1,000 bytes every 20 ms is 400 kbit/s, three of them 1.2 Mbit/s: a call at its start and at its best. */
const FAST_FACTOR = 3
const SLOW_MS = 1_500
const BURST_MAX = 24
const BUFFER_MAX_BYTES = 64_000

/** The numbers behind a `LoopResult`: pure. `delaysMs` are in sending order; a lost packet has none. */
export function judgeLoop(
  sent: number,
  delaysMs: readonly number[],
  receivedBytes: number,
  durationMs: number,
): LoopResult {
  if (sent === 0 || delaysMs.length === 0) return { outcome: 'failed', stage: 'measure' }
  const sorted = [...delaysMs].sort((a, b) => a - b)
  const rttMs = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
  const steps = delaysMs.slice(1).map((delay, index) => Math.abs(delay - (delaysMs[index] ?? delay)))
  const jitterMs = steps.length === 0 ? 0 : steps.reduce((sum, step) => sum + step, 0) / steps.length
  const lossRatio = Math.max(0, 1 - delaysMs.length / sent)
  const throughputKbps = (receivedBytes * 8) / durationMs
  // A loop crosses the person's own network twice as often as a call: limits wider than the call's.
  const bad = lossRatio > 0.2 || rttMs > 1_200 || throughputKbps < 100
  const weak = lossRatio > 0.06 || rttMs > 500 || throughputKbps < 500 || jitterMs > 80
  return {
    outcome: 'measured',
    rttMs,
    jitterMs,
    lossRatio,
    throughputKbps,
    level: bad ? 'bad' : weak ? 'weak' : 'good',
  }
}

/** Two connections of this page talk to each other through the relay. */
export async function runSelfLoop(
  platform: Platform,
  servers: readonly RTCIceServer[],
  transport: RTCIceTransportPolicy,
): Promise<LoopResult> {
  const configuration: RTCConfiguration = { iceServers: [...servers], iceTransportPolicy: transport }
  const near = platform.createPeerConnection(configuration)
  const far = platform.createPeerConnection(configuration)
  try {
    const options = { negotiated: true, id: 0, ordered: false, maxRetransmits: 0 }
    const channel = near.createDataChannel('loop', options)
    const echo = far.createDataChannel('loop', options)
    channel.binaryType = 'arraybuffer'
    echo.binaryType = 'arraybuffer'
    // Only the head goes back, so that the way there is what is measured.
    echo.addEventListener('message', ({ data }) => {
      if (data instanceof ArrayBuffer && echo.readyState === 'open') echo.send(data.slice(0, 8))
    })
    if (!(await connectPair(platform.clock, near, far, channel))) return { outcome: 'failed', stage: 'connect' }
    return await measure(platform.clock, channel, echo)
  } catch {
    return { outcome: 'failed', stage: 'connect' }
  } finally {
    near.close()
    far.close()
  }
}

async function connectPair(
  clock: Clock,
  near: RTCPeerConnection,
  far: RTCPeerConnection,
  channel: RTCDataChannel,
): Promise<boolean> {
  const open = new Promise<boolean>((resolve) => {
    const alarm = new Alarm(clock, () => resolve(false))
    alarm.set(CONNECT_TIMEOUT_MS)
    channel.addEventListener('open', () => {
      alarm.clear()
      resolve(true)
    })
  })
  const toFar = trickle(near, far)
  const toNear = trickle(far, near)
  await near.setLocalDescription()
  if (near.localDescription !== null) await far.setRemoteDescription(near.localDescription)
  toFar()
  await far.setLocalDescription()
  if (far.localDescription !== null) await near.setRemoteDescription(far.localDescription)
  toNear()
  return open
}

/** Carries candidates over; those before the returned function is called wait for it. */
function trickle(from: RTCPeerConnection, to: RTCPeerConnection): () => void {
  const early: RTCIceCandidate[] = []
  let ready = false
  // The outcome of the whole loop is what counts; a single refused candidate is no error.
  const add = (candidate: RTCIceCandidate): Promise<void> => to.addIceCandidate(candidate).catch(() => undefined)
  from.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate === null) return
    if (ready) void add(candidate)
    else early.push(candidate)
  })
  return () => {
    ready = true
    for (const candidate of early.splice(0)) void add(candidate)
  }
}

/** Packets that a call would have sent after so many milliseconds. */
function packetsDue(elapsedMs: number): number {
  const slow = Math.min(elapsedMs, SLOW_MS) / TICK_MS
  const fast = (Math.max(0, elapsedMs - SLOW_MS) / TICK_MS) * FAST_FACTOR
  return Math.floor(slow + fast)
}

function measure(clock: Clock, channel: RTCDataChannel, echo: RTCDataChannel): Promise<LoopResult> {
  const startedAt = clock.now()
  const sentAt: number[] = []
  const delays = new Map<number, number>()
  let receivedBytes = 0
  let scheduled = 0
  echo.addEventListener('message', ({ data }) => {
    if (data instanceof ArrayBuffer) receivedBytes += data.byteLength
  })
  channel.addEventListener('message', ({ data }) => {
    if (!(data instanceof ArrayBuffer) || data.byteLength < 4) return
    const index = new DataView(data).getUint32(0)
    const at = sentAt[index]
    if (at !== undefined) delays.set(index, clock.now() - at)
  })
  return new Promise((resolve) => {
    const tick = (): void => {
      const elapsed = clock.now() - startedAt
      if (elapsed >= MEASURE_MS || channel.readyState !== 'open') {
        clock.after(TAIL_MS, () => {
          const inOrder = [...delays.entries()].sort(([a], [b]) => a - b).map(([, delay]) => delay)
          resolve(judgeLoop(sentAt.length, inOrder, receivedBytes, Math.max(elapsed, 1)))
        })
        return
      }
      // By the time passed, not by the tick: a busy device delays ticks, which is not the network's fault.
      const due = packetsDue(elapsed)
      for (let burst = 0; scheduled < due && burst < BURST_MAX; burst += 1, scheduled += 1) {
        sendPacket(clock, channel, sentAt)
      }
      clock.after(TICK_MS, tick)
    }
    tick()
  })
}

function sendPacket(clock: Clock, channel: RTCDataChannel, sentAt: number[]): void {
  // What can't leave is not sent at all, as video would not be.
  if (channel.readyState !== 'open' || channel.bufferedAmount > BUFFER_MAX_BYTES) return
  const packet = new ArrayBuffer(PACKET_BYTES)
  new DataView(packet).setUint32(0, sentAt.length)
  sentAt.push(clock.now())
  channel.send(packet)
}
