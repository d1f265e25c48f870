import { describe, expect, it } from 'vitest'
import { FakeClock } from '../testing/fakeClock'
import { QualityMonitor, type MonitorResult } from './monitor'

function setUp() {
  const clock = new FakeClock()
  const results: MonitorResult[] = []
  const line = { received: 0, lost: 0, broken: false }
  const monitor = new QualityMonitor({
    clock,
    context: () => ({ sending: 'full', expectSound: true }),
    onResult: (result) => results.push(result),
    stats: () => {
      if (line.broken) return Promise.reject(new Error('closed'))
      const { received, lost } = line
      return Promise.resolve([
        { id: 'a', type: 'inbound-rtp', kind: 'audio', packetsReceived: received, packetsLost: lost, bytesReceived: 1 },
      ])
    },
  })
  return { clock, results, line, monitor }
}

describe('QualityMonitor', () => {
  it('judges every second and a half, from the second look on', async () => {
    const { clock, results, line, monitor } = setUp()
    monitor.start()
    monitor.start()
    for (let look = 0; look < 4; look += 1) {
      line.received += 70
      line.lost += 30
      await clock.advance(1_500)
    }
    expect(results).toHaveLength(3)
    expect(results.at(-1)?.assessment).toMatchObject({ incoming: 'bad', reasons: ['incoming_loss'] })
    expect(results.at(-1)?.receive).toBe('reduced')
    expect(results.at(-1)?.send).toBe('full')
  })

  it('compares nothing across a break, but remembers what the network carried', async () => {
    const { clock, results, line, monitor } = setUp()
    monitor.start()
    for (let look = 0; look < 5; look += 1) {
      line.received += 50
      line.lost += 50
      await clock.advance(1_500)
    }
    expect(results.at(-1)?.receive).toBe('reduced')
    monitor.stop()
    await clock.advance(60_000)
    const before = results.length
    line.received += 10_000
    line.lost += 10_000
    monitor.start()
    await clock.advance(1_600)
    expect(results).toHaveLength(before)
    line.received += 75
    await clock.advance(1_500)
    expect(results.at(-1)).toMatchObject({ assessment: { level: 'good' }, receive: 'reduced' })
  })

  it('goes on after a look that failed, and is silent when stopped', async () => {
    const { clock, results, line, monitor } = setUp()
    monitor.start()
    line.broken = true
    await clock.advance(1_500)
    line.broken = false
    await clock.advance(3_000)
    expect(results.length).toBe(1)
    monitor.stop()
    await clock.advance(30_000)
    expect(results.length).toBe(1)
    expect(clock.pending).toBe(0)
  })
})
