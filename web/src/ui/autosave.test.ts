import { beforeEach, describe, expect, test, vi } from 'vitest'
import { ApiProblem } from '~/api'
import { Autosaver } from './autosave'

const start = { text: '', version: 0, updated_at: null }
const at = (n: number) => `2026-12-14T06:00:0${String(n)}Z`

beforeEach(() => { vi.useFakeTimers() })

describe('a text that saves itself', () => {
  test('waits for a pause and saves once, over the version it was written on', async () => {
    const save = vi.fn((_: string, version: number) => Promise.resolve({ version: version + 1, updated_at: at(version) }))
    const saver = new Autosaver(start, save)
    saver.type('a')
    saver.type('ab')
    expect(saver.isUnsaved).toBe(true)
    await vi.advanceTimersByTimeAsync(1500)
    saver.type('abc')
    saver.flush()
    await vi.advanceTimersByTimeAsync(0)
    expect(save.mock.calls.map(([text, version]) => [text, version])).toEqual([['ab', 0], ['abc', 1]])
    expect(saver.state()).toMatchObject({ status: 'saved', savedAt: at(1) })
  })

  test('what is typed while it saves is saved after', async () => {
    const answers: (() => void)[] = []
    const save = vi.fn((_: string, version: number) => new Promise<{ version: number; updated_at: string }>((resolve) => {
      answers.push(() => { resolve({ version: version + 1, updated_at: at(version) }) })
    }))
    const saver = new Autosaver(start, save)
    saver.type('a')
    saver.flush()
    saver.type('ab')
    saver.flush()
    expect(save).toHaveBeenCalledTimes(1)
    answers[0]?.()
    await vi.advanceTimersByTimeAsync(1500)
    answers[1]?.()
    await vi.advanceTimersByTimeAsync(0)
    expect(save.mock.calls.map(([text, version]) => [text, version])).toEqual([['a', 0], ['ab', 1]])
    expect(saver.isUnsaved).toBe(false)
  })

  test('without a network it tries again under the same key', async () => {
    const keys: string[] = []
    const saver = new Autosaver(start, (_, version, key) => {
      keys.push(key)
      return keys.length === 1 ? Promise.reject(new TypeError('no network')) : Promise.resolve({ version: version + 1, updated_at: at(1) })
    })
    saver.type('a')
    saver.flush()
    await vi.advanceTimersByTimeAsync(0)
    expect(saver.state()).toMatchObject({ status: 'failed', problem: { code: 'offline' } })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(saver.state().status).toBe('saved')
    expect(keys[1]).toBe(keys[0])
  })

  test('a later version stands until the person decides', async () => {
    const conflict = () => Promise.reject(new ApiProblem(409, 'note_changed', 'changed', [], { version: 7, updated_at: at(7) }))
    const save = vi.fn<(text: string, version: number) => Promise<{ version: number; updated_at: string }>>(conflict)
    const saver = new Autosaver(start, save)
    saver.type('mine')
    saver.flush()
    await vi.advanceTimersByTimeAsync(0)
    expect(saver.state()).toMatchObject({ status: 'conflict', otherAt: at(7) })
    saver.type('mine, longer')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(save).toHaveBeenCalledTimes(1)

    save.mockImplementation((_, version) => Promise.resolve({ version: version + 1, updated_at: at(8) }))
    saver.keepMine()
    await vi.advanceTimersByTimeAsync(0)
    expect(save).toHaveBeenLastCalledWith('mine, longer', 7, expect.any(String))
    expect(saver.state().status).toBe('saved')
  })

  test('the other window can have its way', () => {
    const saver = new Autosaver(start, () => Promise.reject(new Error('never')))
    saver.takeOther({ text: 'theirs', version: 3, updated_at: at(3) })
    expect(saver.state()).toMatchObject({ text: 'theirs', status: 'saved', savedAt: at(3) })
    expect(saver.isUnsaved).toBe(false)
  })
})
