import { describe, expect, it } from 'vitest'
import { FakeClock } from '../testing/fakeClock'
import { Random } from '../testing/random'
import { ReliableLink, type NumberedBody } from './reliable'

const body = (name: string): NumberedBody => ({ kind: 'description', type: 'offer', sdp: name })
const nameOf = (one: NumberedBody): string => (one.kind === 'description' ? one.sdp : '')

/** Two ends over a wire that may do anything. */
function wire(clock: FakeClock, carry: (deliver: () => void) => void) {
  const arrived: Record<'left' | 'right', string[]> = { left: [], right: [] }
  const state = { open: true, posts: 0 }
  const ends = {} as Record<'left' | 'right', ReliableLink>
  for (const [me, other] of [
    ['left', 'right'],
    ['right', 'left'],
  ] as const) {
    ends[me] = new ReliableLink({
      clock,
      open: () => state.open,
      deliver: (one) => arrived[me].push(nameOf(one)),
      post: (seq, ack, one) => {
        state.posts += 1
        carry(() => {
          ends[other].acknowledged(ack)
          if (one !== null) ends[other].receive(seq, one)
        })
      },
    })
  }
  return { ends, arrived, state }
}

describe('ReliableLink', () => {
  it('delivers each once and in order over any channel that is not always deaf', async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const random = new Random(seed)
      const clock = new FakeClock()
      const { ends, arrived, state } = wire(clock, (deliver) => {
        for (let copy = random.below(4); copy > 1; copy -= 1) clock.after(random.below(4_000), deliver)
        if (random.chance(0.6)) clock.after(random.below(4_000), deliver)
      })
      const sent = Array.from({ length: 20 }, (_, index) => `m${String(index)}`)
      for (const name of sent) {
        ends.left.send(body(name))
        ends.right.send(body(name))
        state.open = random.chance(0.7)
        await clock.advance(random.below(2_000))
      }
      state.open = true
      ends.left.wake()
      ends.right.wake()
      await clock.advance(300_000)
      expect(arrived, `seed ${String(seed)}`).toEqual({ left: sent, right: sent })
      const posts = state.posts
      await clock.advance(60_000)
      expect(state.posts, 'quiet when all is confirmed').toBe(posts)
    }
  })

  it('costs two messages where nothing is lost: the body and one confirmation', async () => {
    const clock = new FakeClock()
    const { ends, state } = wire(clock, (deliver) => clock.after(30, deliver))
    ends.left.send(body('a'))
    await clock.advance(20_000)
    expect(state.posts).toBe(2)
  })

  it('posts nothing while the channel is lost, and all of it when it is back', async () => {
    const clock = new FakeClock()
    const { ends, arrived, state } = wire(clock, (deliver) => deliver())
    state.open = false
    ends.left.send(body('a'))
    ends.left.send(body('b'))
    await clock.advance(60_000)
    expect(state.posts).toBe(0)
    state.open = true
    ends.left.wake()
    expect(arrived.right).toEqual(['a', 'b'])
  })

  it('is silent after it was closed', async () => {
    const clock = new FakeClock()
    const { ends, arrived, state } = wire(clock, () => undefined)
    ends.left.send(body('a'))
    ends.left.close()
    ends.right.close()
    ends.right.receive(1, body('late'))
    const posts = state.posts
    await clock.advance(60_000)
    expect(state.posts).toBe(posts)
    expect(arrived.right).toEqual([])
    expect(clock.pending).toBe(0)
  })

  it('does not keep what is absurdly far ahead', () => {
    const clock = new FakeClock()
    const { ends, arrived } = wire(clock, () => undefined)
    ends.left.receive(10_000, body('nonsense'))
    expect(clock.pending).toBe(0)
    ends.left.receive(1, body('a'))
    expect(arrived.left).toEqual(['a'])
  })
})
