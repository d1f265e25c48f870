import { describe, expect, it } from 'vitest'
import { AccessKeeper, AccessRefused, renewInMs, type CallAccess } from './access'
import { ServerTime } from './serverTime'
import { FakeClock } from './testing/fakeClock'

const START = 1_700_000_000_000

function setUp(lifetimeMs: number, answerMs = 0) {
  const clock = new FakeClock()
  const serverTime = new ServerTime(clock, START + 3_600_000)
  const seen = { asked: [] as number[], got: [] as CallAccess[], refused: '', troubled: [] as boolean[] }
  const server = { error: null as Error | null }
  const keeper = new AccessKeeper({
    clock,
    serverTime,
    fetchAccess: async () => {
      seen.asked.push(clock.now())
      await new Promise<void>((resolve) => clock.after(answerMs / 2, resolve))
      const serverNow = START + clock.now()
      if (server.error !== null) throw server.error
      await new Promise<void>((resolve) => clock.after(answerMs / 2, resolve))
      const times = { startsAt: START, endsAt: START, closesAt: START }
      return { iceServers: [], expiresAt: serverNow + lifetimeMs, serverNow, times }
    },
    onAccess: (access) => seen.got.push(access),
    onRefused: (refusal) => (seen.refused = refusal),
    onTrouble: (troubled) => seen.troubled.push(troubled),
  })
  return { clock, serverTime, seen, server, keeper }
}

describe('AccessKeeper', () => {
  it('renews two minutes before an hour is over, and so on', async () => {
    const { clock, seen, keeper } = setUp(3_600_000)
    void keeper.refresh()
    await clock.advance(3 * 3_600_000)
    expect(seen.asked).toEqual([0, 3_480_000, 6_960_000, 10_440_000])
  })

  it('sets the server time right, whatever was believed before', async () => {
    const { clock, serverTime, keeper } = setUp(60_000, 400)
    expect(serverTime.now() - START).toBe(3_600_000)
    void keeper.refresh()
    await clock.advance(1_000)
    expect(serverTime.now()).toBe(START + clock.now())
  })

  it('tries again, ever more slowly, and says that it has trouble', async () => {
    const { clock, seen, server, keeper } = setUp(3_600_000)
    server.error = new TypeError('failed to fetch')
    void keeper.refresh()
    await clock.advance(40_000)
    expect(seen.asked).toEqual([0, 1_000, 3_000, 7_000, 15_000, 30_000])
    server.error = null
    await clock.advance(6_000)
    expect(seen.troubled.at(-1)).toBe(false)
    expect(seen.got).toHaveLength(1)
  })

  it('asks no more when the server refuses for good', async () => {
    const { clock, seen, server, keeper } = setUp(3_600_000)
    server.error = new AccessRefused('over')
    void keeper.refresh()
    await clock.advance(600_000)
    expect(seen).toMatchObject({ refused: 'over', asked: [0] })
    expect(clock.pending).toBe(0)
  })

  it('asks again when asked during a fetch, whose answer may be older than the reason', async () => {
    const { clock, seen, keeper } = setUp(3_600_000, 500)
    void keeper.refresh()
    await clock.advance(100)
    void keeper.refresh()
    void keeper.refresh()
    await clock.advance(2_000)
    expect(seen.asked).toEqual([0, 500])
  })

  it('is silent after it was stopped', async () => {
    const { clock, seen, keeper } = setUp(3_600_000, 500)
    void keeper.refresh()
    keeper.stop()
    await clock.advance(3_600_000)
    expect(seen).toMatchObject({ asked: [0], got: [] })
  })
})

describe('renewInMs', () => {
  it.each([
    [3_600_000, 3_480_000],
    [120_000, 90_000],
    [0, 5_000],
    [-3_600_000, 5_000],
  ])('of an access for %i ms is %i ms', (lifetimeMs, expected) => {
    expect(renewInMs({ serverNow: START, expiresAt: START + lifetimeMs })).toBe(expected)
  })
})
