import { describe, expect, it } from 'vitest'
import { Scene } from './testing/scene'
import { settle } from './testing/fakeClock'
import { WakeLock } from './wakeLock'

function setUp() {
  const platform = new Scene().browser()
  return { platform, lock: new WakeLock(platform) }
}

describe('WakeLock', () => {
  it('is held from the wish to its end', async () => {
    const { platform, lock } = setUp()
    lock.hold()
    lock.hold()
    await settle()
    expect(platform.locks.map((one) => one.released)).toEqual([false])
    lock.close()
    expect(platform.locks.map((one) => one.released)).toEqual([true])
  })

  it('is taken again when the page is visible again', async () => {
    const { platform, lock } = setUp()
    lock.hold()
    await settle()
    platform.setVisible(false)
    await settle()
    platform.setVisible(true)
    await settle()
    expect(platform.locks.map((one) => one.released)).toEqual([true, false])
  })

  it('is given back when it comes after the wish has ended', async () => {
    const { platform, lock } = setUp()
    lock.hold()
    lock.letGo()
    await settle()
    expect(platform.locks.map((one) => one.released)).toEqual([true])
  })

  it('is not asked for without a wish, nor behind a hidden page', async () => {
    const { platform, lock } = setUp()
    platform.setVisible(false)
    lock.hold()
    await settle()
    expect(platform.locks).toHaveLength(0)
  })
})
