/** What our own sending should do; a sender reads it from the OTHER side's description (RFC 7587 §6.1). */
export interface SendingHints {
  readonly videoStartKbps: number
  readonly audioMaxBps: number
}

const VIDEO_CODECS = new Set(['vp8', 'vp9', 'h264', 'av1'])

/**
 * Rewrites a remote description before it is applied: Opus with in-band error correction and silence
 * suppression, mono, a ceiling; video begins at a bitrate a weak uplink survives. Only the remote
 * description is touched: the local one stays as the browser made it, which newer browsers insist on.
 */
export function adaptRemoteSdp(sdp: string, hints: SendingHints): string {
  const lines = sdp.split('\r\n')
  const codecs = new Map<string, Record<string, string>>()
  for (const line of lines) {
    const match = /^a=rtpmap:(\d+) ([\w-]+)\//.exec(line)
    const [, payload, name] = match ?? []
    if (payload === undefined || name === undefined) continue
    const codec = name.toLowerCase()
    if (codec === 'opus') {
      codecs.set(payload, {
        useinbandfec: '1',
        usedtx: '1',
        stereo: '0',
        maxaveragebitrate: String(hints.audioMaxBps),
      })
    } else if (VIDEO_CODECS.has(codec)) {
      // Chromium only; others ignore an unknown parameter.
      codecs.set(payload, { 'x-google-start-bitrate': String(hints.videoStartKbps) })
    }
  }
  const described = new Set(lines.map((line) => /^a=fmtp:(\d+) /.exec(line)?.[1]))
  return lines
    .flatMap((line) => {
      const fmtp = /^a=fmtp:(\d+) (.*)$/.exec(line)
      if (fmtp?.[1] !== undefined) {
        const wanted = codecs.get(fmtp[1])
        return [wanted === undefined ? line : `a=fmtp:${fmtp[1]} ${mergeParameters(fmtp[2] ?? '', wanted)}`]
      }
      const payload = /^a=rtpmap:(\d+) /.exec(line)?.[1]
      const wanted = payload === undefined ? undefined : codecs.get(payload)
      if (payload === undefined || wanted === undefined || described.has(payload)) return [line]
      return [line, `a=fmtp:${payload} ${mergeParameters('', wanted)}`]
    })
    .join('\r\n')
}

function mergeParameters(present: string, wanted: Record<string, string>): string {
  const kept = present
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !((part.split('=')[0] ?? '') in wanted))
  return [...kept, ...Object.entries(wanted).map(([key, value]) => `${key}=${value}`)].join(';')
}

/**
 * The SHA-256 fingerprint of the certificate a description promises, upper-case hex without colons.
 * Null unless there is exactly one: a description with two would leave open which one is meant.
 */
export function fingerprintOf(sdp: string): string | null {
  const found = new Set<string>()
  for (const match of sdp.matchAll(/^a=fingerprint:(\S+) (\S+)\s*$/gm)) {
    if (match[1]?.toLowerCase() !== 'sha-256') return null
    found.add((match[2] ?? '').replaceAll(':', '').toUpperCase())
  }
  const [only] = found
  return found.size === 1 && only !== undefined && /^[0-9A-F]{64}$/.test(only) ? only : null
}

/** The ICE user name fragment; a new one means that ICE starts anew. */
export function iceUfragOf(sdp: string): string | null {
  return /^a=ice-ufrag:(\S+)\s*$/m.exec(sdp)?.[1] ?? null
}

/**
 * A description without any address. Candidates travel on their own, and the defaults in `c=` and `a=rtcp`
 * are not used with ICE; what is left out here cannot tell one person where the other one is.
 */
export function withoutAddresses(sdp: string): string {
  return sdp
    .split('\r\n')
    .filter((line) => !line.startsWith('a=candidate:') && !line.startsWith('a=rtcp:'))
    .map((line) => (line.startsWith('c=') ? 'c=IN IP4 0.0.0.0' : line))
    .join('\r\n')
}

/**
 * A candidate without the related address (RFC 8839 §5.1: informational only), or null for one that must
 * not be told: where everything goes through the relay, any other kind would be the person's own address.
 */
export function tellableCandidate(candidate: string, relayOnly: boolean): string | null {
  if (relayOnly && !/ typ relay( |$)/.test(candidate)) return null
  return candidate.replace(/ raddr \S+ rport \S+/, ' raddr 0.0.0.0 rport 9')
}
