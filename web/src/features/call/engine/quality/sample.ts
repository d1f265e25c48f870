/** What one look at the connection's statistics tells about the time since the look before. */
export interface Sample {
  /** Injected clock, ms. */
  readonly at: number
  readonly rttMs: number | null
  /** The browser's own estimate of what the way out carries; Chromium only. */
  readonly availableKbps: number | null
  readonly out: OutgoingSample
  readonly in: IncomingSample
  /** How this device reaches the relay; null for a direct path or an unknown one. */
  readonly relayProtocol: 'udp' | 'tcp' | 'tls' | null
}

export interface OutgoingSample {
  /** Share of our packets that the peer reports missing, 0 to 1; null without a report. */
  readonly lossRatio: number | null
  readonly audioKbps: number
  readonly videoKbps: number
  readonly framesPerSecond: number | null
  /** Why the encoder holds back. */
  readonly limitedBy: 'none' | 'cpu' | 'bandwidth' | 'other'
}

export interface IncomingSample {
  /** Share of the peer's packets that did not arrive, 0 to 1; null when none were expected. */
  readonly lossRatio: number | null
  readonly jitterMs: number | null
  /** Share of the sound that had to be invented for want of packets, 0 to 1. */
  readonly concealedRatio: number | null
  readonly audioKbps: number
  readonly videoKbps: number
  readonly framesPerSecond: number | null
  readonly freezes: number
  readonly frozenMs: number
}

/** Running totals of one connection; two of them make a sample. */
export interface Totals {
  readonly at: number
  readonly instant: Instant
  readonly sums: Sums
}

interface Instant {
  rttMs: number | null
  availableKbps: number | null
  jitterMs: number | null
  /** Newest loss reports of the peer: when (per stream), and the share lost. */
  reports: { readonly lost: number; readonly weight: number }[]
  limitedBy: OutgoingSample['limitedBy']
  relayProtocol: Sample['relayProtocol']
}

interface Sums {
  sentAudio: number
  sentVideo: number
  framesSent: number
  receivedAudio: number
  receivedVideo: number
  framesDecoded: number
  packetsReceived: number
  packetsLost: number
  samplesConcealed: number
  samplesReceived: number
  silentConcealed: number
  freezes: number
  frozenSeconds: number
}

type Entry = Readonly<Record<string, unknown>>

/** Reads the entries of `getStats` (W3C webrtc-stats); fields a browser lacks count as nothing. */
export function readTotals(entries: readonly Entry[], at: number): Totals {
  const instant: Instant = {
    rttMs: null,
    availableKbps: null,
    jitterMs: null,
    reports: [],
    limitedBy: 'none',
    relayProtocol: null,
  }
  const sums = emptySums()
  const byId = new Map(entries.map((entry) => [text(entry, 'id'), entry]))
  for (const entry of entries) {
    switch (text(entry, 'type')) {
      case 'outbound-rtp':
        readOutbound(entry, instant, sums)
        break
      case 'inbound-rtp':
        readInbound(entry, instant, sums)
        break
      case 'remote-inbound-rtp':
        readRemoteInbound(entry, instant, byId.get(text(entry, 'localId')))
        break
      case 'transport':
        readPath(byId.get(text(entry, 'selectedCandidatePairId')), byId, instant)
        break
    }
  }
  if (instant.rttMs === null) readPath(entries.find(isSelectedPair), byId, instant)
  return { at, instant, sums }
}

/** The time between two looks; null when they are not of one connection or too close together. */
export function sampleBetween(before: Totals, after: Totals): Sample | null {
  const seconds = (after.at - before.at) / 1000
  const d = difference(before.sums, after.sums)
  if (seconds < 0.2 || d === null) return null
  const { instant } = after
  const expected = d.packetsReceived + Math.max(0, d.packetsLost)
  const weight = instant.reports.reduce((sum, report) => sum + report.weight, 0)
  const lost = instant.reports.reduce((sum, report) => sum + report.lost * report.weight, 0)
  return {
    at: after.at,
    rttMs: instant.rttMs,
    availableKbps: instant.availableKbps,
    out: {
      lossRatio: weight > 0 ? lost / weight : null,
      audioKbps: kbps(d.sentAudio, seconds),
      videoKbps: kbps(d.sentVideo, seconds),
      framesPerSecond: d.sentVideo > 0 ? d.framesSent / seconds : null,
      limitedBy: instant.limitedBy,
    },
    in: {
      lossRatio: expected > 0 ? Math.max(0, d.packetsLost) / expected : null,
      jitterMs: d.packetsReceived > 0 ? instant.jitterMs : null,
      // Silence is concealed too (the sender stops sending): that is no gap in the sound.
      concealedRatio:
        d.samplesReceived > 0 ? Math.max(0, d.samplesConcealed - d.silentConcealed) / d.samplesReceived : null,
      audioKbps: kbps(d.receivedAudio, seconds),
      videoKbps: kbps(d.receivedVideo, seconds),
      framesPerSecond: d.receivedVideo > 0 ? d.framesDecoded / seconds : null,
      freezes: d.freezes,
      frozenMs: Math.round(d.frozenSeconds * 1000),
    },
    relayProtocol: instant.relayProtocol,
  }
}

function readOutbound(entry: Entry, instant: Instant, sums: Sums): void {
  if (text(entry, 'kind') === 'audio') {
    sums.sentAudio += number(entry, 'bytesSent')
    return
  }
  sums.sentVideo += number(entry, 'bytesSent')
  sums.framesSent += number(entry, 'framesEncoded')
  const reason = text(entry, 'qualityLimitationReason')
  if (entry['active'] === false) return
  // Of camera and screen, the one that is worse off.
  if (reason === 'cpu' || (reason === 'bandwidth' && instant.limitedBy !== 'cpu')) instant.limitedBy = reason
  if (reason === 'other' && instant.limitedBy === 'none') instant.limitedBy = 'other'
}

function readInbound(entry: Entry, instant: Instant, sums: Sums): void {
  sums.packetsReceived += number(entry, 'packetsReceived')
  sums.packetsLost += number(entry, 'packetsLost')
  if (text(entry, 'kind') === 'audio') {
    sums.receivedAudio += number(entry, 'bytesReceived')
    sums.samplesConcealed += number(entry, 'concealedSamples')
    sums.silentConcealed += number(entry, 'silentConcealedSamples')
    sums.samplesReceived += number(entry, 'totalSamplesReceived')
    instant.jitterMs = number(entry, 'jitter') * 1000
    return
  }
  sums.receivedVideo += number(entry, 'bytesReceived')
  sums.framesDecoded += number(entry, 'framesDecoded')
  sums.freezes += number(entry, 'freezeCount')
  sums.frozenSeconds += number(entry, 'totalFreezesDuration')
}

function readRemoteInbound(entry: Entry, instant: Instant, outbound: Entry | undefined): void {
  if (typeof entry['fractionLost'] !== 'number') return
  // A paused video stream keeps its last report for ever; it says nothing about now.
  if (outbound?.['active'] === false) return
  const weight = Math.max(1, number(outbound ?? {}, 'packetsSent'))
  instant.reports.push({ lost: entry['fractionLost'], weight })
}

function readPath(pair: Entry | undefined, byId: ReadonlyMap<string, Entry>, instant: Instant): void {
  if (pair === undefined) return
  if (typeof pair['currentRoundTripTime'] === 'number') instant.rttMs = pair['currentRoundTripTime'] * 1000
  if (typeof pair['availableOutgoingBitrate'] === 'number') {
    instant.availableKbps = pair['availableOutgoingBitrate'] / 1000
  }
  const local = byId.get(text(pair, 'localCandidateId'))
  const protocol = local === undefined ? '' : text(local, 'relayProtocol')
  if (protocol === 'udp' || protocol === 'tcp' || protocol === 'tls') instant.relayProtocol = protocol
}

function isSelectedPair(entry: Entry): boolean {
  return text(entry, 'type') === 'candidate-pair' && (entry['selected'] === true || entry['nominated'] === true)
}

function emptySums(): Sums {
  return {
    sentAudio: 0,
    sentVideo: 0,
    framesSent: 0,
    receivedAudio: 0,
    receivedVideo: 0,
    framesDecoded: 0,
    packetsReceived: 0,
    packetsLost: 0,
    samplesConcealed: 0,
    samplesReceived: 0,
    silentConcealed: 0,
    freezes: 0,
    frozenSeconds: 0,
  }
}

function difference(before: Sums, after: Sums): Sums | null {
  const result = emptySums()
  for (const key of Object.keys(result) as (keyof Sums)[]) {
    result[key] = after[key] - before[key]
    // Lost packets may be found again; any other total that shrinks belongs to another connection.
    if (result[key] < 0 && key !== 'packetsLost') return null
  }
  return result
}

function kbps(bytes: number, seconds: number): number {
  return (bytes * 8) / 1000 / seconds
}

function number(entry: Entry, field: string): number {
  const value = entry[field]
  return typeof value === 'number' && Number.isFinite(value) ? value : 0
}

function text(entry: Entry, field: string): string {
  const value = entry[field]
  return typeof value === 'string' ? value : ''
}
