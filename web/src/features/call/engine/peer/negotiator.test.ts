import { describe, expect, it } from 'vitest'
import type { DescriptionBody } from '../signal/message'
import { FakeClock } from '../testing/fakeClock'
import { FakeNet, FakePeerConnection } from '../testing/fakePeerConnection'
import { Random } from '../testing/random'
import { Negotiator } from './negotiator'

/** Two connections that negotiate over a wire which takes its time. */
function setUp(seed = 1) {
  const clock = new FakeClock()
  const net = new FakeNet(clock, new Random(seed))
  const said: string[] = []
  const failures: string[] = []
  const stable = { polite: 0, impolite: 0 }
  const connections = { polite: new FakePeerConnection(net, {}), impolite: new FakePeerConnection(net, {}) }
  const ends = {} as Record<'polite' | 'impolite', Negotiator>
  for (const [me, other] of [
    ['polite', 'impolite'],
    ['impolite', 'polite'],
  ] as const) {
    ends[me] = new Negotiator(connections[me] as unknown as RTCPeerConnection, {
      polite: me === 'polite',
      send: (body: DescriptionBody) => {
        said.push(`${me} ${body.type}`)
        clock.after(100, () => ends[other].receive(body))
      },
      adaptRemote: (sdp) => (sdp.includes('refused') ? null : sdp),
      beforeAnswer: () => Promise.resolve(),
      onStable: () => (stable[me] += 1),
      onFailure: () => failures.push(me),
    })
    connections[me].createDataChannel()
  }
  return { clock, said, failures, stable, connections, ends }
}

const ufragOf = (sdp: string | undefined): string | undefined => /a=ice-ufrag:(\S+)/.exec(sdp ?? '')?.[1]

describe('Negotiator', () => {
  it('lets the impolite side make the first offer, whoever wants something', async () => {
    const { clock, said, stable } = setUp()
    await clock.advance(1_000)
    expect(said).toEqual(['impolite offer', 'polite answer'])
    expect(stable).toEqual({ polite: 1, impolite: 1 })
  })

  it('resolves a collision for the impolite side at once, without failure or third offer', async () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      const { clock, said, failures, connections } = setUp(seed)
      await clock.advance(1_000)
      said.length = 0
      connections.polite.restartIce()
      connections.impolite.restartIce()
      await clock.advance(1_000)
      expect(said.toSorted(), `seed ${String(seed)}`).toEqual(['impolite offer', 'polite answer', 'polite offer'])
      expect(failures).toEqual([])
      const { polite, impolite } = connections
      expect([polite.signalingState, impolite.signalingState]).toEqual(['stable', 'stable'])
      expect(ufragOf(polite.localDescription?.sdp)).toBe(ufragOf(impolite.remoteDescription?.sdp))
      expect(ufragOf(impolite.localDescription?.sdp)).toBe(ufragOf(polite.remoteDescription?.sdp))
    }
  })

  it('lets the polite side offer later', async () => {
    const { clock, said, connections } = setUp()
    await clock.advance(1_000)
    connections.polite.restartIce()
    await clock.advance(1_000)
    expect(said.slice(2)).toEqual(['polite offer', 'impolite answer'])
  })

  it('lets an answer pass that nobody waits for', async () => {
    const { clock, failures, connections, ends } = setUp()
    await clock.advance(1_000)
    const sdp = connections.impolite.localDescription?.sdp ?? ''
    ends.polite.receive({ kind: 'description', type: 'answer', sdp })
    await clock.advance(1_000)
    expect(failures).toEqual([])
  })

  it('does not stumble over a candidate that nobody can use', async () => {
    const { clock, failures, ends } = setUp()
    const candidate = { candidate: 'nonsense', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'gone' }
    ends.polite.receive({ kind: 'candidates', candidates: [candidate] })
    await clock.advance(1_000)
    expect(failures).toEqual([])
  })

  it.each([
    ['broken', 'v=0'],
    ['refused', 'refused'],
  ])('gives up, once, on a description that is %s', async (_, sdp) => {
    const { clock, failures, said, ends } = setUp()
    await clock.advance(1_000)
    for (let time = 0; time < 3; time += 1) ends.polite.receive({ kind: 'description', type: 'offer', sdp })
    await clock.advance(1_000)
    expect(failures).toEqual(['polite'])
    expect(said).toHaveLength(2)
  })

  it('does nothing more once it is closed', async () => {
    const { clock, said, failures, connections, ends } = setUp()
    ends.impolite.close()
    connections.impolite.close()
    await clock.advance(1_000)
    expect(said).toEqual([])
    expect(failures).toEqual([])
  })
})
