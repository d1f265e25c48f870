import { describe, expect, it } from 'vitest'
import { parseSignal, type SignalMessage } from './message'

const offer: SignalMessage = {
  v: 1,
  side: 'impolite',
  epoch: { from: { n: 5, page: 'a.b' }, to: { n: 4, page: 'c.d' } },
  seq: 1,
  ack: 0,
  body: { kind: 'description', type: 'offer', sdp: 'v=0\r\n' },
}
const hello: SignalMessage = { ...offer, epoch: { ...offer.epoch, to: null }, seq: 0, body: { kind: 'hello' } }
const candidate = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'u' }

describe('parseSignal', () => {
  it.each<[string, SignalMessage]>([
    ['an offer', offer],
    ['a hello to nobody yet', hello],
    ['a goodbye', { ...hello, body: { kind: 'bye', reason: 'away' } }],
    ['an acknowledgement', { ...offer, seq: 0, ack: 7, body: { kind: 'ack' } }],
    ['candidates', { ...offer, body: { kind: 'candidates', candidates: [candidate, { ...candidate, sdpMid: null }] } }],
  ])('takes %s as it was sent', (_, message) => {
    expect(parseSignal(JSON.parse(JSON.stringify(message)))).toEqual(message)
  })

  it.each<[string, unknown]>([
    ['no object', 'hello'],
    ['another version', { ...offer, v: 2 }],
    ['an unknown side', { ...offer, side: 'third' }],
    ['no epoch', { ...offer, epoch: undefined }],
    ['an epoch that is no number', { ...offer, epoch: { ...offer.epoch, from: { n: '5', page: 'a' } } }],
    ['a page name without end', { ...offer, epoch: { ...offer.epoch, from: { n: 5, page: 'x'.repeat(65) } } }],
    ['a negative number', { ...offer, seq: -1 }],
    ['a broken number', { ...offer, ack: 0.5 }],
    ['a description without a number', { ...offer, seq: 0 }],
    ['a hello with a number', { ...hello, seq: 3 }],
    ['a description to nobody', { ...offer, epoch: { ...offer.epoch, to: null } }],
    ['an unknown body', { ...offer, body: { kind: 'shell' } }],
    ['a rollback', { ...offer, body: { kind: 'description', type: 'rollback', sdp: 'x' } }],
    ['a description without end', { ...offer, body: { kind: 'description', type: 'offer', sdp: 'x'.repeat(64_001) } }],
    ['no candidates', { ...offer, body: { kind: 'candidates', candidates: [] } }],
    ['too many', { ...offer, body: { kind: 'candidates', candidates: Array(65).fill(candidate) } }],
    ['half a candidate', { ...offer, body: { kind: 'candidates', candidates: [{ candidate: 'x' }] } }],
    ['an unknown goodbye', { ...hello, body: { kind: 'bye', reason: 'angry' } }],
  ])('refuses %s', (_, raw) => {
    expect(parseSignal(raw)).toBeNull()
  })
})
