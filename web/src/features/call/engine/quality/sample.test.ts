import { describe, expect, it } from 'vitest'
import { readTotals, sampleBetween, type Sample } from './sample'

type Entry = Record<string, unknown>

function look(at: number, changes: Record<string, Entry>): ReturnType<typeof readTotals> {
  const base: Record<string, Entry> = {
    T: { type: 'transport', selectedCandidatePairId: 'P' },
    P: {
      type: 'candidate-pair',
      localCandidateId: 'L',
      currentRoundTripTime: 0.08,
      availableOutgoingBitrate: 900_000,
    },
    old: { type: 'candidate-pair', nominated: true, currentRoundTripTime: 9 },
    L: { type: 'local-candidate', candidateType: 'relay', relayProtocol: 'tls' },
    OA: { type: 'outbound-rtp', kind: 'audio', bytesSent: 0, packetsSent: 0 },
    OV: { type: 'outbound-rtp', kind: 'video', bytesSent: 0, packetsSent: 0, framesEncoded: 0, active: true },
    OS: { type: 'outbound-rtp', kind: 'video', active: false, qualityLimitationReason: 'cpu' },
    IA: { type: 'inbound-rtp', kind: 'audio', packetsReceived: 0, packetsLost: 0, jitter: 0.02 },
    IV: { type: 'inbound-rtp', kind: 'video', packetsReceived: 0, packetsLost: 0 },
  }
  const entries = new Map(Object.entries(base))
  for (const [id, change] of Object.entries(changes)) entries.set(id, { ...entries.get(id), ...change })
  return readTotals(
    [...entries].map(([id, entry]) => ({ id, ...entry })),
    at,
  )
}

function between(changes: Record<string, Entry>): Sample {
  const sample = sampleBetween(look(0, {}), look(2_000, changes))
  if (sample === null) throw new Error('no sample')
  return sample
}

describe('sampleBetween', () => {
  it('reads the path that is used, not any other', () => {
    expect(between({})).toMatchObject({ rttMs: 80, availableKbps: 900, relayProtocol: 'tls' })
  })

  it('finds the path without a transport entry too', () => {
    const strip = (at: number) =>
      readTotals([{ id: 'P', type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.2 }], at)
    expect(sampleBetween(strip(0), strip(1_500))?.rttMs).toBe(200)
  })

  it('takes differences over the time between', () => {
    const sample = between({
      OA: { bytesSent: 10_000 },
      OV: { bytesSent: 250_000, framesEncoded: 48, qualityLimitationReason: 'bandwidth' },
      IA: { packetsReceived: 95, packetsLost: 5, bytesReceived: 8_000 },
      IV: {
        packetsReceived: 180,
        packetsLost: 20,
        bytesReceived: 200_000,
        framesDecoded: 50,
        freezeCount: 1,
        totalFreezesDuration: 0.4,
      },
    })
    expect(sample.out).toMatchObject({ audioKbps: 40, videoKbps: 1_000, framesPerSecond: 24, limitedBy: 'bandwidth' })
    expect(sample.in).toMatchObject({ audioKbps: 32, videoKbps: 800, framesPerSecond: 25, freezes: 1, frozenMs: 400 })
    expect(sample.in.lossRatio).toBeCloseTo(25 / 300)
    expect(sample.in.jitterMs).toBe(20)
  })

  it('weighs the loss that the peer reports by what was sent, and leaves out a paused stream', () => {
    const sample = between({
      OA: { packetsSent: 100 },
      OV: { packetsSent: 300 },
      RA: { type: 'remote-inbound-rtp', localId: 'OA', fractionLost: 0 },
      RV: { type: 'remote-inbound-rtp', localId: 'OV', fractionLost: 0.2 },
      RS: { type: 'remote-inbound-rtp', localId: 'OS', fractionLost: 1 },
    })
    expect(sample.out.lossRatio).toBeCloseTo(0.15)
  })

  it('does not take silence for gaps', () => {
    const sample = between({
      IA: { totalSamplesReceived: 96_000, concealedSamples: 50_000, silentConcealedSamples: 48_000 },
    })
    expect(sample.in.concealedRatio).toBeCloseTo(2_000 / 96_000)
  })

  it('knows nothing of loss and jitter when nothing was to come', () => {
    expect(between({}).in).toMatchObject({ lossRatio: null, jitterMs: null, concealedRatio: null })
    expect(between({}).out.lossRatio).toBeNull()
  })

  it('takes packets found again for no loss', () => {
    const before = look(0, { IA: { packetsReceived: 50, packetsLost: 10 } })
    const after = look(1_500, { IA: { packetsReceived: 100, packetsLost: 4 } })
    expect(sampleBetween(before, after)?.in.lossRatio).toBe(0)
  })

  it('does not compare two connections, nor two looks at one moment', () => {
    expect(sampleBetween(look(0, { IA: { packetsReceived: 90 } }), look(1_500, {}))).toBeNull()
    expect(sampleBetween(look(0, {}), look(100, {}))).toBeNull()
  })
})
