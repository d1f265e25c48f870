import type { Cancel } from './clock'
import type { Platform, WakeLockHandle } from './platform'

/**
 * Keeps the screen on during a call. Browsers drop the lock whenever the page is hidden, so it is asked for
 * again each time the page comes back.
 */
export class WakeLock {
  private wanted = false
  private handle: WakeLockHandle | null = null
  private asking = false
  private readonly cancelVisibility: Cancel

  constructor(private readonly platform: Platform) {
    this.cancelVisibility = platform.page.onVisibility((visible) => {
      if (visible) void this.ask()
    })
  }

  hold(): void {
    this.wanted = true
    void this.ask()
  }

  letGo(): void {
    this.wanted = false
    const { handle } = this
    this.handle = null
    void handle?.release()
  }

  close(): void {
    this.letGo()
    this.cancelVisibility()
  }

  private async ask(): Promise<void> {
    if (!this.wanted || this.asking || this.handle !== null || !this.platform.page.visible()) return
    this.asking = true
    const handle = await this.platform.requestWakeLock()
    this.asking = false
    if (handle === null) return
    if (!this.isWanted()) {
      void handle.release()
      return
    }
    this.handle = handle
    handle.onRelease(() => {
      if (this.handle === handle) this.handle = null
    })
  }

  private isWanted(): boolean {
    return this.wanted
  }
}
