// A text that saves itself: a moment after the last key, when it is left, and again when the network is back. A later version saved in another
// window is never overwritten unseen.
import { asProblem, type ApiProblem } from '~/api'
import { Intent } from '~/api/command'

export interface SavedText {
  text: string
  /** To be sent back when saving; the server refuses (409) when a later one is there. */
  version: number
  /** Instant; null before the first saving. */
  updated_at: string | null
}

export interface AutosaveState {
  text: string
  status: 'saved' | 'typing' | 'saving' | 'failed' | 'conflict'
  savedAt: string | null
  /** Why it is not saved. */
  problem: ApiProblem | null
  /** When the other window's version was saved, while there is a conflict. */
  otherAt: string | null
}

type Save = (text: string, version: number, key: string) => Promise<{ version: number; updated_at: string }>

const PAUSE_MS = 1500
const RETRY_MS = 10_000

export class Autosaver {
  #state: AutosaveState
  #version: number
  #saved: string
  #otherVersion = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #isSending = false
  readonly #intent = new Intent()
  readonly #listeners = new Set<() => void>()

  constructor(start: SavedText, private readonly save: Save) {
    this.#saved = start.text
    this.#version = start.version
    this.#state = { text: start.text, status: 'saved', savedAt: start.updated_at, problem: null, otherAt: null }
  }

  readonly subscribe = (tell: () => void): (() => void) => {
    this.#listeners.add(tell)
    return () => { this.#listeners.delete(tell) }
  }

  readonly state = (): AutosaveState => this.#state

  /** Is there anything that only this window has? */
  get isUnsaved(): boolean {
    return this.#state.text !== this.#saved
  }

  type(text: string): void {
    // In a conflict nothing is sent before the person has decided.
    const isConflict = this.#state.status === 'conflict'
    this.#set({ text, ...(!isConflict && { status: this.#isSending ? 'saving' : 'typing' }) })
    if (!isConflict) this.#later(PAUSE_MS)
  }

  /** Saves at once what is not saved. */
  flush(): void {
    clearTimeout(this.#timer)
    if (this.#isSending || this.#state.status === 'conflict') return
    if (this.isUnsaved) void this.#send()
    else if (this.#state.status !== 'saved') this.#set({ status: 'saved', problem: null })
  }

  /** The conflict is decided: this window's text stands over the other's. */
  keepMine(): void {
    this.#version = this.#otherVersion
    this.#set({ status: 'typing', otherAt: null })
    this.flush()
  }

  /** The conflict is decided: the other window's text stands. */
  takeOther(other: SavedText): void {
    this.#saved = other.text
    this.#version = other.version
    this.#set({ text: other.text, status: 'saved', savedAt: other.updated_at, problem: null, otherAt: null })
  }

  async #send(): Promise<void> {
    const sent = this.#state.text
    this.#isSending = true
    this.#set({ status: 'saving', problem: null })
    try {
      const done = await this.save(sent, this.#version, this.#intent.keyFor([sent, this.#version]))
      this.#intent.done()
      this.#saved = sent
      this.#version = done.version
      this.#isSending = false
      this.#set({ status: this.isUnsaved ? 'typing' : 'saved', savedAt: done.updated_at })
      if (this.isUnsaved) this.#later(PAUSE_MS)
    } catch (error) {
      this.#isSending = false
      this.#fail(asProblem(error))
    }
  }

  #fail(problem: ApiProblem): void {
    const { version, updated_at: at } = problem.body
    if (problem.status === 409 && typeof version === 'number') {
      this.#otherVersion = version
      this.#set({ status: 'conflict', problem, otherAt: typeof at === 'string' ? at : null })
      return
    }
    this.#set({ status: 'failed', problem })
    // What is wrong with the text itself (too long) does not get better by waiting.
    if (problem.status !== 422) this.#later(RETRY_MS)
  }

  #later(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => { this.flush() }, ms)
  }

  #set(change: Partial<AutosaveState>): void {
    this.#state = { ...this.#state, ...change }
    this.#listeners.forEach((tell) => { tell() })
  }
}
