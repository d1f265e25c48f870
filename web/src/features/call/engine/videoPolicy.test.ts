import { describe, expect, it } from 'vitest'
import type { LocalMediaState } from './media/localMedia'
import { ALL_VIDEO, cameraStage, heldBackBy, mediaControl, sendingState } from './videoPolicy'

const local = { microphone: 'on', muted: false, camera: 'on', sharing: 'off' } as LocalMediaState

describe('how much video is sent', () => {
  it('follows the most careful vote', () => {
    expect(cameraStage(ALL_VIDEO)).toBe('full')
    expect(cameraStage({ ...ALL_VIDEO, send: 'reduced' })).toBe('reduced')
    expect(cameraStage({ ...ALL_VIDEO, send: 'reduced', peerLimit: 'audio_only' })).toBe('audio_only')
    expect(cameraStage({ ...ALL_VIDEO, audioOnly: true })).toBe('audio_only')
  })

  it('is not made less by a weak way in: that is the peer to tell', () => {
    expect(cameraStage({ ...ALL_VIDEO, receive: 'audio_only' })).toBe('full')
  })

  it('keeps a shared screen apart from the choice of sound alone', () => {
    const state = sendingState({ ...ALL_VIDEO, audioOnly: true }, { ...local, sharing: 'on' }, 720)
    expect(state).toEqual({ camera: 'audio_only', screen: 'full', sharing: true, cameraHeight: 720 })
  })

  it('says who holds it back', () => {
    expect(heldBackBy(ALL_VIDEO)).toBe('nobody')
    expect(heldBackBy({ ...ALL_VIDEO, send: 'reduced' })).toBe('network')
    expect(heldBackBy({ ...ALL_VIDEO, send: 'reduced', peerLimit: 'audio_only' })).toBe('peer')
    expect(heldBackBy({ ...ALL_VIDEO, audioOnly: true, send: 'reduced' })).toBe('choice')
    expect(heldBackBy({ ...ALL_VIDEO, send: 'audio_only', peerLimit: 'audio_only', peerChose: true })).toBe('peer_choice')
  })
})

describe('what the peer is told', () => {
  it.each<[Partial<LocalMediaState>, { microphone?: string; camera?: string; sharing?: boolean }]>([
    [{}, { microphone: 'on', camera: 'on', sharing: false }],
    [{ muted: true }, { microphone: 'muted' }],
    [{ microphone: 'off' }, { microphone: 'muted' }],
    [{ microphone: 'interrupted' }, { microphone: 'lost' }],
    [{ microphone: 'failed', muted: true }, { microphone: 'lost' }],
    [{ camera: 'off' }, { camera: 'off' }],
    [{ camera: 'starting' }, { camera: 'off' }],
    [{ camera: 'interrupted' }, { camera: 'lost' }],
    [{ sharing: 'on' }, { sharing: true }],
    [{ sharing: 'starting' }, { sharing: false }],
  ])('of %j', (change, expected) => {
    expect(mediaControl(ALL_VIDEO, { ...local, ...change })).toMatchObject(expected)
  })

  it('tells a paused camera, and the most we can take', () => {
    expect(mediaControl({ ...ALL_VIDEO, send: 'audio_only', receive: 'reduced' }, local)).toMatchObject({
      camera: 'paused',
      heldBackBy: 'network',
      limit: 'reduced',
    })
    expect(mediaControl({ ...ALL_VIDEO, audioOnly: true }, local)).toMatchObject({
      heldBackBy: 'choice',
      limit: 'audio_only',
    })
  })

  it('tells what gives way to a shared screen, and a screen that does not go out', () => {
    const sharing: LocalMediaState = { ...local, sharing: 'on' }
    expect(mediaControl({ ...ALL_VIDEO, send: 'reduced' }, sharing)).toMatchObject({ camera: 'paused', sharing: true })
    expect(mediaControl({ ...ALL_VIDEO, send: 'audio_only' }, sharing)).toMatchObject({ sharing: false })
  })
})
