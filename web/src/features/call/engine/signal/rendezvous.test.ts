import { describe, expect, it } from 'vitest'
import { Random } from '../testing/random'
import { compareEpochs, nextEpoch, sameEpoch, type Epoch } from './epoch'
import { meet, rendezvous, renew, type Rendezvous } from './rendezvous'

const NOW = 1_000
const mine: Epoch = { n: 500, page: 'tabA.1' }
const peer: Epoch = { n: 400, page: 'tabB.1' }
const start = rendezvous('polite', mine)

function hear(state: Rendezvous, from: Epoch, to: Epoch | null, side: 'polite' | 'impolite' = 'impolite') {
  return meet(state, { side, epoch: { from, to } }, NOW)
}

describe('epochs', () => {
  it('are ordered by counter, then by page', () => {
    expect(compareEpochs({ n: 1, page: 'b' }, { n: 2, page: 'a' })).toBeLessThan(0)
    expect(compareEpochs({ n: 1, page: 'b' }, { n: 1, page: 'a' })).toBeGreaterThan(0)
    expect(sameEpoch({ n: 1, page: 'a' }, { n: 1, page: 'a' })).toBe(true)
    expect(sameEpoch(null, null)).toBe(false)
  })

  it('rise above both', () => {
    expect(nextEpoch({ n: 5, page: 'a' }, { n: 9, page: 'b' })).toEqual({ n: 10, page: 'a' })
    expect(nextEpoch({ n: 5, page: 'a' })).toEqual({ n: 6, page: 'a' })
  })
})

describe('meet', () => {
  it('learns a peer that does not know us, and answers', () => {
    const { state, effects } = hear(start, peer, null)
    expect(effects).toEqual(['new_peer', 'say_hello'])
    expect(state).toMatchObject({ peer, known: false })
  })

  it('delivers what is addressed to us', () => {
    const { state, effects } = hear(start, peer, mine)
    expect(effects).toEqual(['new_peer', 'deliver'])
    expect(state).toMatchObject({ peer, known: true, everKnown: true })
    expect(hear(state, peer, mine).effects).toEqual(['deliver'])
  })

  it('does not fall back to an earlier life of the peer, but tells it who we are', () => {
    const { state } = hear(start, { ...peer, n: 450 }, mine)
    const late = hear(state, peer, mine)
    expect(late.effects).toEqual(['say_hello'])
    expect(late.state.peer?.n).toBe(450)
  })

  it('answers what was meant for an earlier life of ours', () => {
    const known = hear(start, peer, mine).state
    const renewed = renew(known)
    expect(renewed).toMatchObject({ mine: { n: 501 }, known: false, everKnown: true })
    expect(hear(renewed, peer, mine).effects).toEqual(['say_hello'])
  })

  it('ignores the echo of its own messages', () => {
    expect(hear(start, mine, null, 'polite')).toEqual({ state: start, effects: [] })
    expect(hear(start, { ...mine, n: 501 }, null, 'polite').effects).toEqual([])
  })

  it('gives way to a page opened later', () => {
    const later: Epoch = { n: 900, page: 'tabC.1' }
    expect(hear(start, later, null, 'polite').effects).toEqual(['taken_over'])
    expect(hear(hear(start, peer, mine).state, peer, later).effects).toEqual(['taken_over'])
  })

  it('goes above an earlier page of its own tab, whose clock was ahead', () => {
    const { state, effects } = hear(start, peer, { n: 900, page: 'tabA.0' })
    expect(effects).toEqual(['raised', 'say_hello'])
    expect(state).toMatchObject({ mine: { n: 901, page: 'tabA.1' }, peer, known: false })
  })

  it('goes above a page from the future, which can only be a wrong clock', () => {
    expect(hear(start, peer, { n: 5_000, page: 'tabC.1' }).state.mine.n).toBe(5_001)
  })

  it('never goes above anybody once the peer knew it', () => {
    const known = hear(start, peer, mine).state
    expect(hear(renew(known), peer, { n: 5_000, page: 'tabA.0' }).effects).toEqual(['taken_over'])
  })
})

describe('two sides', () => {
  it('end with the same pair of epochs whatever order their messages come in', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = new Random(seed)
      let anna = rendezvous('polite', { n: 100 + random.below(50), page: 'a.1' })
      let boris = rendezvous('impolite', { n: 100 + random.below(50), page: 'b.1' })
      const said: { side: 'polite' | 'impolite'; epoch: { from: Epoch; to: Epoch | null } }[] = []
      const speak = (state: Rendezvous): void => {
        said.push({ side: state.side, epoch: { from: state.mine, to: state.peer } })
      }
      for (let step = 0; step < 60; step += 1) {
        if (random.chance(0.1)) anna = renew(anna)
        if (random.chance(0.1)) boris = renew(boris)
        speak(random.pick([anna, boris]))
        // Any message ever said may come now, and any number of times.
        const message = random.pick(said)
        if (message.side === 'impolite') anna = meet(anna, message, NOW).state
        else boris = meet(boris, message, NOW).state
      }
      for (const state of [anna, boris]) speak(state)
      for (const message of said) anna = message.side === 'impolite' ? meet(anna, message, NOW).state : anna
      for (const message of said) boris = message.side === 'polite' ? meet(boris, message, NOW).state : boris
      expect(anna.peer, `seed ${String(seed)}`).toEqual(boris.mine)
      expect(boris.peer, `seed ${String(seed)}`).toEqual(anna.mine)
    }
  })
})
