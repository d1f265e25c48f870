import { Alarm } from '../clock'
import type { Platform } from '../platform'

export type RelayProtocol = 'udp' | 'tcp' | 'tls'

/**
 * `reachable`: the relay gave an address, after so many milliseconds · `refused`: it answered but did not
 * accept us (an expired access) · `unreachable`: no answer; a closed network · `not_offered`: our server does
 * not offer this way.
 */
export type RelayResult =
  | { readonly outcome: 'reachable'; readonly tookMs: number }
  | { readonly outcome: 'refused' | 'unreachable' | 'not_offered' }

const PROBE_TIMEOUT_MS = 5_000
// STUN error codes (RFC 8489 §14.8, RFC 8656 §19): the relay spoke to us.
const STUN_ERROR_MIN = 300
const STUN_ERROR_MAX = 699

/** How a TURN address is reached: `turns:` over TCP is TLS, the rest says its transport (RFC 7065). */
export function relayProtocolOf(url: string): RelayProtocol | null {
  const match = /^(turns?):[^?]*(?:\?transport=(udp|tcp))?$/i.exec(url)
  if (match === null) return null
  if (match[1]?.toLowerCase() === 'turns') return 'tls'
  return match[2]?.toLowerCase() === 'tcp' ? 'tcp' : 'udp'
}

/** The part of the server list which is reached over one protocol. */
export function serversFor(servers: readonly RTCIceServer[], protocol: RelayProtocol): RTCIceServer[] {
  return servers.flatMap((server) => {
    const urls = [server.urls].flat().filter((url) => relayProtocolOf(url) === protocol)
    return urls.length === 0 ? [] : [{ ...server, urls }]
  })
}

/** Asks the relay for an address over one protocol and takes the time. Sends nothing through it. */
export async function probeRelay(
  platform: Platform,
  servers: readonly RTCIceServer[],
  protocol: RelayProtocol,
): Promise<RelayResult> {
  const iceServers = serversFor(servers, protocol)
  if (iceServers.length === 0) return { outcome: 'not_offered' }
  const { clock } = platform
  const startedAt = clock.now()
  const connection = platform.createPeerConnection({ iceServers, iceTransportPolicy: 'relay' })
  try {
    return await new Promise<RelayResult>((resolve) => {
      let answered = false
      const alarm = new Alarm(clock, () => {
        resolve({ outcome: answered ? 'refused' : 'unreachable' })
      })
      alarm.set(PROBE_TIMEOUT_MS)
      const finish = (result: RelayResult): void => {
        alarm.clear()
        resolve(result)
      }
      connection.addEventListener('icecandidate', ({ candidate }) => {
        if (candidate?.candidate.includes(' typ relay') === true) {
          finish({ outcome: 'reachable', tookMs: clock.now() - startedAt })
        }
      })
      connection.addEventListener('icecandidateerror', ({ errorCode }) => {
        if (errorCode >= STUN_ERROR_MIN && errorCode <= STUN_ERROR_MAX) answered = true
      })
      connection.addEventListener('icegatheringstatechange', () => {
        if (connection.iceGatheringState === 'complete') {
          finish({ outcome: answered ? 'refused' : 'unreachable' })
        }
      })
      connection.createDataChannel('probe')
      connection.setLocalDescription().catch(() => {
        finish({ outcome: 'unreachable' })
      })
    })
  } finally {
    connection.close()
  }
}
