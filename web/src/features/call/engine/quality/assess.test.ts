import { describe, expect, it } from 'vitest'
import { assess, type AssessContext } from './assess'
import type { Sample } from './sample'

const FINE: Sample = {
  at: 0,
  rttMs: 60,
  availableKbps: 1_500,
  out: { lossRatio: 0, audioKbps: 30, videoKbps: 900, framesPerSecond: 30, limitedBy: 'none' },
  in: {
    lossRatio: 0,
    jitterMs: 8,
    concealedRatio: 0,
    audioKbps: 30,
    videoKbps: 900,
    framesPerSecond: 30,
    freezes: 0,
    frozenMs: 0,
  },
  relayProtocol: 'udp',
}
const CONTEXT: AssessContext = { sending: 'full', expectSound: true }

function window(
  change: Partial<Omit<Sample, 'in' | 'out'>> & { in?: Partial<Sample['in']>; out?: Partial<Sample['out']> },
) {
  return Array.from({ length: 5 }, (_, index): Sample => ({
    ...FINE,
    ...change,
    at: index * 1_500,
    in: { ...FINE.in, ...change.in },
    out: { ...FINE.out, ...change.out },
  }))
}

describe('assess', () => {
  it('finds nothing wrong with a fine line, nor with no samples', () => {
    expect(assess(window({}), CONTEXT)).toEqual({ level: 'good', outgoing: 'good', incoming: 'good', reasons: [] })
    expect(assess([], CONTEXT).level).toBe('good')
  })

  it.each<[Parameters<typeof window>[0], Partial<ReturnType<typeof assess>>]>([
    [{ out: { lossRatio: 0.08 } }, { outgoing: 'weak', incoming: 'good', reasons: ['outgoing_loss'] }],
    [{ out: { lossRatio: 0.2 } }, { outgoing: 'bad', reasons: ['outgoing_loss'] }],
    [{ in: { lossRatio: 0.08 } }, { outgoing: 'good', incoming: 'weak', reasons: ['incoming_loss'] }],
    [{ rttMs: 500 }, { outgoing: 'weak', reasons: ['long_delay'] }],
    [{ rttMs: 1_200 }, { outgoing: 'bad', reasons: ['long_delay'] }],
    [{ availableKbps: 300 }, { outgoing: 'weak', reasons: ['slow_uplink'] }],
    [{ availableKbps: 100 }, { outgoing: 'bad', reasons: ['slow_uplink'] }],
    [{ in: { jitterMs: 80 } }, { incoming: 'weak', reasons: ['unsteady'] }],
    [{ in: { concealedRatio: 0.2 } }, { incoming: 'bad', reasons: ['sound_gaps'] }],
    [{ in: { frozenMs: 600 } }, { incoming: 'bad', reasons: ['picture_freezes'] }],
    [{ out: { limitedBy: 'cpu' } }, { outgoing: 'weak', reasons: ['busy_device'] }],
  ])('judges %j', (change, expected) => {
    expect(assess(window(change), CONTEXT)).toMatchObject(expected)
  })

  it('tells the worst reason first, and the worse direction as the whole', () => {
    const result = assess(window({ out: { lossRatio: 0.08 }, in: { lossRatio: 0.3 } }), CONTEXT)
    expect(result).toMatchObject({ level: 'bad', reasons: ['incoming_loss', 'outgoing_loss'] })
  })

  it('does not mind a small estimate while no video is sent: it cannot grow then', () => {
    expect(assess(window({ availableKbps: 60 }), { ...CONTEXT, sending: 'audio_only' }).level).toBe('good')
  })

  it('forgets what is older than eight seconds', () => {
    const old = window({ out: { lossRatio: 0.9 } })
    const now = window({}).map((sample) => ({ ...sample, at: sample.at + 20_000 }))
    expect(assess([...old, ...now], CONTEXT).level).toBe('good')
  })

  it('notices that an open microphone is not heard, without asking for less video', () => {
    const silent = window({ in: { audioKbps: 0, lossRatio: null, jitterMs: null, concealedRatio: null } })
    expect(assess(silent, CONTEXT)).toMatchObject({ level: 'bad', incoming: 'good', reasons: ['no_sound_arriving'] })
    expect(assess(silent, { ...CONTEXT, expectSound: false }).level).toBe('good')
  })
})
