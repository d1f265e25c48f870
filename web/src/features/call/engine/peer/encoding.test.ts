import { describe, expect, it } from 'vitest'
import type { Platform } from '../platform'
import { lowestStage } from '../quality/stage'
import { preferredCodecs, VIDEO_MAX_BPS, videoPlan, type SendingState } from './encoding'

const FULL: SendingState = { camera: 'full', screen: 'full', sharing: false, cameraHeight: 720 }

describe('videoPlan', () => {
  it('sends everything within the ceiling', () => {
    expect(videoPlan(FULL).camera).toEqual({
      active: true,
      maxBitrate: VIDEO_MAX_BPS,
      maxFramerate: 30,
      scaleResolutionDownBy: 1,
    })
  })

  it.each([
    [720, 2],
    [1080, 3],
    [480, 480 / 360],
    [240, 1],
    [null, 2],
  ])('makes a camera of %s lines small and slow by a factor of %s', (cameraHeight, factor) => {
    const { camera } = videoPlan({ ...FULL, camera: 'reduced', cameraHeight })
    expect(camera).toMatchObject({ active: true, maxFramerate: 15, scaleResolutionDownBy: factor })
    expect(camera.maxBitrate).toBeLessThanOrEqual(350_000)
  })

  it('pauses both pictures for sound alone', () => {
    const plan = videoPlan({ ...FULL, camera: 'audio_only', screen: 'audio_only', sharing: true })
    expect([plan.camera.active, plan.screen.active]).toEqual([false, false])
  })

  it('makes room for a shared screen: a smaller face, then none', () => {
    const shared = videoPlan({ ...FULL, sharing: true })
    expect(shared.camera.maxBitrate + shared.screen.maxBitrate).toBeLessThanOrEqual(VIDEO_MAX_BPS)
    const reduced = videoPlan({ ...FULL, sharing: true, camera: 'reduced', screen: 'reduced' })
    expect(reduced.camera.active).toBe(false)
    expect(reduced.screen).toMatchObject({ active: true, scaleResolutionDownBy: 1, maxFramerate: 5 })
  })

  it('shows the screen although the person chose sound alone for the faces', () => {
    const plan = videoPlan({ ...FULL, camera: 'audio_only', sharing: true })
    expect([plan.camera.active, plan.screen.active]).toEqual([false, true])
  })
})

describe('preferredCodecs', () => {
  it('puts VP8, then H.264 first and keeps the order of the rest', () => {
    const named = ['video/AV1', 'video/rtx', 'video/H264', 'video/VP9', 'video/VP8', 'video/red'].map((mimeType) => ({
      mimeType,
      clockRate: 90_000,
    }))
    const platform = { codecs: () => named } as unknown as Platform
    expect(preferredCodecs(platform, 'video').map((codec) => codec.mimeType)).toEqual([
      'video/VP8',
      'video/H264',
      'video/AV1',
      'video/rtx',
      'video/VP9',
      'video/red',
    ])
  })
})

describe('lowestStage', () => {
  it('is the most careful of all', () => {
    expect(lowestStage()).toBe('full')
    expect(lowestStage('full', 'reduced')).toBe('reduced')
    expect(lowestStage('audio_only', 'full', 'reduced')).toBe('audio_only')
  })
})
