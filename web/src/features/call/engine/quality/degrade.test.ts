import { describe, expect, it } from 'vitest'
import { Random } from '../testing/random'
import type { QualityLevel } from './assess'
import { degrade, returnWaitMs, undegraded, type Degradation } from './degrade'

const STEP_MS = 1_500

class Line {
  state = undegraded(0)
  now = 0
  readonly stages: string[] = []

  hold(level: QualityLevel, ms: number): this {
    const end = this.now + ms
    while (this.now + STEP_MS <= end) {
      this.now += STEP_MS
      const before = this.state.stage
      this.state = degrade(this.state, level, this.now)
      if (this.state.stage !== before) this.stages.push(this.state.stage)
    }
    return this
  }
}

describe('degrade', () => {
  it('goes down in two steps on a bad line, within some ten seconds', () => {
    const line = new Line().hold('bad', 6_000)
    expect(line.stages).toEqual(['reduced'])
    expect(line.hold('bad', 4_500).stages).toEqual(['reduced', 'audio_only'])
  })

  it('ignores a moment', () => {
    expect(new Line().hold('bad', 3_000).hold('good', 60_000).stages).toEqual([])
  })

  it('makes the picture small on a weak line, but never takes it away', () => {
    const line = new Line().hold('weak', 600_000)
    expect(line.stages).toEqual(['reduced'])
  })

  it('counts weak and bad together as trouble', () => {
    const line = new Line()
    for (let round = 0; round < 5; round += 1) line.hold('weak', 1_500).hold('bad', 1_500)
    expect(line.stages).toEqual(['reduced'])
  })

  it('returns step by step when it has been good for a while', () => {
    const line = new Line().hold('bad', 12_000)
    expect(line.state.stage).toBe('audio_only')
    line.hold('good', 9_000)
    expect(line.state.stage).toBe('audio_only')
    expect(line.hold('good', 4_500).state.stage).toBe('reduced')
    expect(line.hold('good', 12_000).state.stage).toBe('full')
  })

  it('waits twice as long after each return that failed, up to two minutes', () => {
    const line = new Line().hold('bad', 12_000)
    const waits: number[] = []
    for (let round = 0; round < 7; round += 1) {
      const since = line.now
      while (line.state.stage === 'audio_only') line.hold('good', STEP_MS)
      waits.push(line.now - since)
      line.hold('bad', 6_000)
      expect(line.state.stage).toBe('audio_only')
    }
    expect(waits[1]).toBeGreaterThanOrEqual(20_000)
    expect(waits[2]).toBeGreaterThanOrEqual(40_000)
    expect(Math.max(...waits)).toBeLessThanOrEqual(122_000)
  })

  it('forgets failed returns once one has held', () => {
    const line = new Line().hold('bad', 12_000).hold('good', 13_500).hold('bad', 6_000)
    expect(returnWaitMs(line.state)).toBe(20_000)
    line.hold('good', 120_000)
    expect(line.state.stage).toBe('full')
    expect(returnWaitMs(line.state)).toBe(10_000)
  })

  it('moves one step at a time, never within three seconds, and always ends full on a good line', () => {
    const order = ['full', 'reduced', 'audio_only']
    for (let seed = 1; seed <= 100; seed += 1) {
      const random = new Random(seed)
      let state: Degradation = undegraded(0)
      let changedAt = Number.NEGATIVE_INFINITY
      let now = 0
      for (let step = 0; step < 400; step += 1) {
        now += 1_000 + random.below(1_000)
        const next = degrade(state, random.pick<QualityLevel>(['good', 'good', 'weak', 'bad']), now)
        if (next.stage !== state.stage) {
          expect(Math.abs(order.indexOf(next.stage) - order.indexOf(state.stage))).toBe(1)
          expect(now - changedAt).toBeGreaterThanOrEqual(3_000)
          changedAt = now
        }
        state = next
      }
      for (let step = 0; step < 400; step += 1) state = degrade(state, 'good', (now += 1_500))
      expect(state.stage).toBe('full')
    }
  })
})
