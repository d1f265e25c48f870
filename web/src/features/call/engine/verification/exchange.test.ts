import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { CommitControl, RevealControl } from '../peer/control'
import { settle } from '../testing/fakeClock'
import { Random } from '../testing/random'
import { commitmentOf, type VerificationCode } from './code'
import { VerificationExchange } from './exchange'

const sha256 = (data: Uint8Array): Promise<Uint8Array> =>
  Promise.resolve(new Uint8Array(createHash('sha256').update(data).digest()))

const A = 'AA'.repeat(32)
const B = 'BB'.repeat(32)
const M = 'CC'.repeat(32)

class End {
  readonly sent: (CommitControl | RevealControl)[] = []
  code: VerificationCode | null = null
  mismatches = 0
  readonly exchange: VerificationExchange
  to: End | null = null

  constructor(seed: number) {
    const random = new Random(seed)
    this.exchange = new VerificationExchange({
      sha256,
      randomBytes: (length) => random.bytes(length),
      send: (message) => {
        this.sent.push(message)
        this.to?.exchange.receive(message)
      },
      onCode: (code) => (this.code = code),
      onMismatch: () => (this.mismatches += 1),
    })
  }
}

function pair(): [End, End] {
  const [anna, boris] = [new End(1), new End(2)]
  anna.to = boris
  boris.to = anna
  return [anna, boris]
}

describe('VerificationExchange', () => {
  it('gives both ends one code', async () => {
    const [anna, boris] = pair()
    anna.exchange.begin({ mine: A, yours: B })
    boris.exchange.begin({ mine: B, yours: A })
    await settle()
    expect(anna.code).not.toBeNull()
    expect(anna.code).toEqual(boris.code)
  })

  it('tells the nonce only after the promise of the other end', async () => {
    const anna = new End(1)
    anna.exchange.begin({ mine: A, yours: B })
    await settle()
    expect(anna.sent.map((message) => message.type)).toEqual(['commit'])
    anna.exchange.receive({ type: 'reveal', nonce: '11'.repeat(32) })
    await settle()
    expect(anna.sent.map((message) => message.type)).toEqual(['commit'])
    expect(anna).toMatchObject({ code: null, mismatches: 0 })
  })

  it('gives another code to each end when somebody in between shows his own certificate', async () => {
    const [anna, middleA] = pair()
    const [middleB, boris] = pair()
    anna.exchange.begin({ mine: A, yours: M })
    middleA.exchange.begin({ mine: M, yours: A })
    middleB.exchange.begin({ mine: M, yours: B })
    boris.exchange.begin({ mine: B, yours: M })
    await settle()
    expect(anna.code).not.toBeNull()
    expect(boris.code).not.toBeNull()
    expect(anna.code).not.toEqual(boris.code)
  })

  it('refuses a nonce that was not promised', async () => {
    const anna = new End(1)
    anna.exchange.begin({ mine: A, yours: B })
    await settle()
    const commitment = await commitmentOf(sha256, { fingerprint: B, nonce: '22'.repeat(32) })
    anna.exchange.receive({ type: 'commit', commitment, mine: B, yours: A })
    anna.exchange.receive({ type: 'reveal', nonce: '33'.repeat(32) })
    await settle()
    expect(anna).toMatchObject({ code: null, mismatches: 1 })
  })

  it('refuses a second promise for the same certificates: the first nonce is known by then', async () => {
    const [anna, boris] = pair()
    anna.exchange.begin({ mine: A, yours: B })
    boris.exchange.begin({ mine: B, yours: A })
    await settle()
    const { code } = anna
    anna.to = null
    anna.exchange.pause()
    anna.exchange.begin({ mine: A, yours: B })
    const nonce = '99'.repeat(32)
    const commitment = await commitmentOf(sha256, { fingerprint: B, nonce })
    anna.exchange.receive({ type: 'commit', commitment, mine: B, yours: A })
    anna.exchange.receive({ type: 'reveal', nonce })
    await settle()
    expect(anna.code).toEqual(code)
    expect(anna.mismatches).toBeGreaterThan(0)
  })

  it('keeps the code over a new connection with the same certificates, also when only one end had it', async () => {
    const [anna, boris] = pair()
    boris.to = null
    anna.exchange.begin({ mine: A, yours: B })
    boris.exchange.begin({ mine: B, yours: A })
    await settle()
    expect(anna.code).toBeNull()
    boris.to = anna
    for (const end of [anna, boris]) end.exchange.pause()
    anna.exchange.begin({ mine: A, yours: B })
    boris.exchange.begin({ mine: B, yours: A })
    await settle()
    const first = anna.code
    expect(first).not.toBeNull()
    expect(first).toEqual(boris.code)
    anna.code = null
    anna.exchange.pause()
    anna.exchange.begin({ mine: A, yours: B })
    expect(anna.code).toEqual(first)
    expect([anna.mismatches, boris.mismatches]).toEqual([0, 0])
  })

  it('notices that the two ends see different certificates', async () => {
    const [anna, boris] = pair()
    anna.exchange.begin({ mine: A, yours: M })
    boris.exchange.begin({ mine: B, yours: A })
    await settle()
    expect(anna.mismatches + boris.mismatches).toBeGreaterThan(0)
    expect([anna.code, boris.code]).toEqual([null, null])
  })

  it('takes nothing while there is no connection', async () => {
    const anna = new End(1)
    anna.exchange.receive({ type: 'reveal', nonce: '11'.repeat(32) })
    anna.exchange.begin({ mine: A, yours: B })
    anna.exchange.pause()
    await settle()
    expect(anna.sent).toEqual([])
  })
})
