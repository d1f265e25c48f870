import { describe, expect, it } from 'vitest'
import { CallTimer } from './callTimer'
import type { LocalMediaState } from './media/localMedia'
import { phaseOf, problemsOf, timeStage, type ProblemInput } from './phase'
import { ServerTime } from './serverTime'
import type { SessionStatus } from './session'
import { FakeClock } from './testing/fakeClock'

const CONNECTED: SessionStatus = {
  signalling: 'open',
  peer: 'present',
  link: 'connected',
  connectedBefore: true,
  attempt: 0,
}

describe('phaseOf', () => {
  const joined = { ended: null, checking: false, joined: true }

  it.each<[string, Parameters<typeof phaseOf>[0], ReturnType<typeof phaseOf>]>([
    ['nothing yet', { ...joined, joined: false, session: null }, { name: 'idle' }],
    ['the check', { ...joined, joined: false, checking: true, session: null }, { name: 'checking' }],
    ['no access yet', { ...joined, session: null }, { name: 'waiting' }],
    ['nobody there', { ...joined, session: { ...CONNECTED, link: 'none', peer: 'unknown' } }, { name: 'waiting' }],
    ['left', { ...joined, session: { ...CONNECTED, link: 'none', peer: 'left' } }, { name: 'waiting' }],
    [
      'gone without a word',
      { ...joined, session: { ...CONNECTED, link: 'failed', peer: 'away' } },
      { name: 'waiting' },
    ],
    [
      'the first time',
      { ...joined, session: { ...CONNECTED, link: 'connecting', connectedBefore: false } },
      { name: 'connecting' },
    ],
    ['connected', { ...joined, session: CONNECTED }, { name: 'connected' }],
    ['media without signalling', { ...joined, session: { ...CONNECTED, signalling: 'lost' } }, { name: 'connected' }],
    ['lost', { ...joined, session: { ...CONNECTED, link: 'disconnected' } }, { name: 'reconnecting', attempt: 1 }],
    [
      'lost for longer',
      { ...joined, session: { ...CONNECTED, link: 'connecting', attempt: 4 } },
      { name: 'reconnecting', attempt: 4 },
    ],
    ['ended', { ...joined, ended: 'time_over', session: CONNECTED }, { name: 'ended', reason: 'time_over' }],
  ])('%s', (_, input, expected) => {
    expect(phaseOf(input)).toEqual(expected)
  })
})

describe('timeStage', () => {
  const minute = 60_000
  const times = { startsAt: 10 * minute, endsAt: 60 * minute, closesAt: 75 * minute }

  it.each([
    [0, 'early', 10],
    [10, 'running', 55],
    [55, 'ending', 60],
    [60, 'overtime', 75],
    [75, 'closed', null],
  ] as const)('at minute %i is %s until minute %s', (at, stage, until) => {
    expect(timeStage(times, at * minute)).toEqual({ stage, until: until === null ? null : until * minute })
  })

  it('is never ending before it began, however short', () => {
    const short = { startsAt: 0, endsAt: 3 * minute, closesAt: 4 * minute }
    expect(timeStage(short, -1).stage).toBe('early')
    expect(timeStage(short, 0).stage).toBe('ending')
  })
})

describe('CallTimer', () => {
  it('rings at each boundary of the server clock, also when that clock is set anew', async () => {
    const clock = new FakeClock()
    const serverTime = new ServerTime(clock, 0)
    const stages: unknown[] = []
    const timer = new CallTimer(clock, serverTime, () => stages.push(timer.current?.stage))
    const times = { startsAt: 60_000, endsAt: 1_200_000, closesAt: 1_300_000 }
    timer.set(times)
    await clock.advance(61_000)
    expect(stages).toEqual(['early', 'running'])
    serverTime.sync(1_199_000)
    timer.set(times)
    await clock.advance(2_000)
    expect(stages.slice(2)).toEqual(['ending', 'overtime'])
    timer.stop()
    expect(clock.pending).toBe(0)
  })
})

describe('problemsOf', () => {
  const local = {
    microphone: 'on',
    microphoneError: null,
    camera: 'on',
    cameraError: null,
    sharingError: null,
  } as LocalMediaState
  const fine: ProblemInput = {
    local,
    online: true,
    joined: true,
    session: CONNECTED,
    accessTrouble: false,
    mismatch: false,
  }

  it('has none when all is well', () => {
    expect(problemsOf(fine)).toEqual([])
  })

  it.each<[Partial<ProblemInput>, string]>([
    [{ mismatch: true }, 'verification_mismatch'],
    [{ online: false }, 'offline'],
    [{ session: { ...CONNECTED, signalling: 'lost' } }, 'signalling_lost'],
    [{ accessTrouble: true }, 'access_trouble'],
    [{ local: { ...local, microphone: 'failed', microphoneError: 'denied' } }, 'microphone_denied'],
    [{ local: { ...local, microphone: 'interrupted' } }, 'microphone_interrupted'],
    [{ local: { ...local, camera: 'failed', cameraError: 'in_use' } }, 'camera_in_use'],
    [{ local: { ...local, camera: 'failed', cameraError: 'not_found' } }, 'camera_missing'],
    [{ local: { ...local, camera: 'failed', cameraError: 'unknown' } }, 'camera_failed'],
    [{ local: { ...local, sharingError: 'unknown' } }, 'sharing_failed'],
  ])('names %j', (change, problem) => {
    expect(problemsOf({ ...fine, ...change })).toEqual([problem])
  })

  it('does not call it a problem that the person closed the picker', () => {
    expect(problemsOf({ ...fine, local: { ...local, sharingError: 'denied' } })).toEqual([])
  })
})
