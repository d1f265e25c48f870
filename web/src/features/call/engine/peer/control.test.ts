import { describe, expect, it } from 'vitest'
import { encodeControl, parseControl, type ControlMessage } from './control'

const HEX = 'ab'.repeat(32)
const FINGERPRINT = 'AB'.repeat(32)

describe('control messages', () => {
  it.each<ControlMessage>([
    { type: 'media', microphone: 'muted', camera: 'paused', sharing: true, heldBackBy: 'peer_choice', limit: 'reduced' },
    { type: 'commit', commitment: HEX, mine: FINGERPRINT, yours: FINGERPRINT },
    { type: 'reveal', nonce: HEX },
    { type: 'extended' },
    { type: 'bye', reason: 'finished' },
  ])('survive the way: $type', (message) => {
    expect(parseControl(encodeControl(message))).toEqual(message)
  })

  it('are taken without a reason from a page opened before an update', () => {
    const old = '{"type":"media","microphone":"on","camera":"paused","sharing":false,"limit":"full"}'
    expect(parseControl(old)).toMatchObject({ camera: 'paused', heldBackBy: 'network' })
  })

  it.each<[string, unknown]>([
    ['no text', new ArrayBuffer(4)],
    ['no JSON', '{'],
    ['no object', '"bye"'],
    ['null', 'null'],
    ['an unknown type', '{"type":"chat","text":"x"}'],
    ['an unknown state', '{"type":"media","microphone":"loud","camera":"on","sharing":false,"limit":"full"}'],
    [
      'an unknown reason',
      '{"type":"media","microphone":"on","camera":"on","sharing":false,"heldBackBy":"fate","limit":"full"}',
    ],
    ['half a state', '{"type":"media","microphone":"on"}'],
    ['a short nonce', '{"type":"reveal","nonce":"ab"}'],
    ['a fingerprint with colons', JSON.stringify({ type: 'commit', commitment: HEX, mine: 'A:B', yours: FINGERPRINT })],
    ['too much', JSON.stringify({ type: 'extended', padding: 'x'.repeat(2_000) })],
  ])('are refused: %s', (_, data) => {
    expect(parseControl(data)).toBeNull()
  })
})
