import { describe, expect, it } from 'vitest'
import type { LinkState } from './peerLink'
import { freshRecovery, POLITE_LAG_MS, recover, type Recovery, type RecoveryEvent } from './recovery'

/** Plays the ladder: ticks whenever asked to, and writes down what is done when. */
class Ladder {
  state: Recovery
  now = 0
  readonly log: string[] = []
  private wakeAt: number | null = null

  constructor(private readonly polite = false) {
    this.state = freshRecovery(0)
    this.feed({ type: 'tick' })
  }

  feed(event: RecoveryEvent): this {
    const step = recover(this.state, event, this.now, this.polite)
    this.state = step.recovery
    this.wakeAt = step.wakeInMs === null ? null : this.now + step.wakeInMs
    if (step.action !== null) this.log.push(`${String(this.now)} ${step.action}`)
    return this
  }

  link(state: LinkState): this {
    return this.feed({ type: 'link', state })
  }

  until(end: number): this {
    while (this.wakeAt !== null && this.wakeAt <= end) {
      this.now = this.wakeAt
      this.feed({ type: 'tick' })
    }
    this.now = end
    return this
  }
}

const connected = (polite = false): Ladder => new Ladder(polite).until(1_000).link('connected')

describe('the recovery ladder', () => {
  it('restarts ICE after 2, 5 and 10 seconds and makes a new connection after 20', () => {
    const { log } = connected().until(100_000).link('disconnected').until(121_000)
    expect(log).toEqual(['102000 restart_ice', '105000 restart_ice', '110000 restart_ice', '120000 rebuild'])
  })

  it('acts a little later on the polite side', () => {
    const { log } = connected(true).until(10_000).link('disconnected').until(13_000)
    expect(log).toEqual([`${String(12_000 + POLITE_LAG_MS)} restart_ice`])
  })

  it('does nothing while all is well', () => {
    expect(connected().until(10 * 3_600_000).log).toEqual([])
  })

  it('stops as soon as the connection is back', () => {
    const ladder = connected().until(10_000).link('disconnected').until(12_500).link('connected')
    expect(ladder.until(60_000).log).toEqual(['12000 restart_ice'])
    expect(ladder.state.attempt).toBe(0)
  })

  it('gives a fresh connection more time, then makes another, ever more slowly', () => {
    const { log } = new Ladder().until(150_000)
    expect(log.filter((line) => line.endsWith('rebuild'))).toEqual(['20000 rebuild', '50000 rebuild', '95000 rebuild'])
    expect(log[0]).toBe('8000 restart_ice')
  })

  it('tries for as long as the call lasts', () => {
    const { log } = new Ladder().until(3_600_000)
    expect(log.length).toBeGreaterThan(60)
    expect(log.at(-1)).toMatch(/^35\d{5}/)
  })

  it('restarts at once when ICE gives up', () => {
    const { log } = connected().until(10_000).link('disconnected').until(10_500).link('failed').until(11_000)
    expect(log).toEqual(['10500 restart_ice'])
  })

  it('restarts at once on another network, even a healthy connection, but not twice in a second', () => {
    const ladder = connected().until(10_000).feed({ type: 'nudge' })
    ladder.now += 300
    ladder.feed({ type: 'nudge' })
    expect(ladder.log).toEqual(['10000 restart_ice'])
    expect(ladder.state.attempt).toBe(0)
  })

  it('lets the restart of the other side count for its own rung', () => {
    const ladder = connected().until(10_000).link('disconnected').until(11_900).feed({ type: 'remote_restart' })
    expect(ladder.until(16_000).log).toEqual(['15000 restart_ice'])
    expect(ladder.state.attempt).toBe(2)
  })

  it('rests while nothing can be negotiated and begins anew afterwards', () => {
    const ladder = connected().until(10_000).link('disconnected').feed({ type: 'paused', paused: true })
    expect(ladder.until(100_000).log).toEqual([])
    ladder.feed({ type: 'nudge' })
    expect(ladder.log).toEqual([])
    ladder.feed({ type: 'paused', paused: false })
    expect(ladder.until(102_000).log).toEqual(['100000 restart_ice', '102000 restart_ice'])
  })

  it('restarts after the pause although it looks healthy, if the network changed meanwhile', () => {
    const ladder = connected().until(10_000).feed({ type: 'paused', paused: true })
    ladder.until(12_000).feed({ type: 'nudge' }).until(15_000).feed({ type: 'paused', paused: false })
    ladder.feed({ type: 'paused', paused: true }).until(20_000).feed({ type: 'paused', paused: false })
    expect(ladder.until(60_000).log).toEqual(['15000 restart_ice'])
  })

  it('does not fall down the whole ladder after a sleep', () => {
    const ladder = connected().until(10_000).link('disconnected')
    ladder.now = 600_000
    ladder.feed({ type: 'tick' })
    expect(ladder.until(603_000).log).toEqual(['600000 restart_ice', '602000 restart_ice'])
  })
})
