import { describe, expect, it } from 'vitest'
import { keepIfEqual, Store } from './store'

describe('Store', () => {
  it('tells listeners of a change, once, and gives a new object', () => {
    const store = new Store({ a: 1, b: 'x' })
    const first = store.getSnapshot()
    let told = 0
    const stop = store.subscribe(() => (told += 1))
    store.patch({ a: 2 })
    expect(told).toBe(1)
    expect(store.getSnapshot()).toEqual({ a: 2, b: 'x' })
    expect(store.getSnapshot()).not.toBe(first)
    stop()
    store.patch({ a: 3 })
    expect(told).toBe(1)
  })

  it('keeps the object when nothing changed', () => {
    const store = new Store({ a: 1 })
    const first = store.getSnapshot()
    store.subscribe(() => expect.unreachable())
    store.patch({ a: 1 })
    expect(store.getSnapshot()).toBe(first)
  })
})

describe('keepIfEqual', () => {
  it('keeps the identity of equal content', () => {
    const one = { list: [1, { x: null }] }
    expect(keepIfEqual(one, { list: [1, { x: null }] })).toBe(one)
    expect(keepIfEqual<unknown>(one, { list: [2] })).toEqual({ list: [2] })
  })
})
