import { useRouter, type RegisteredRouter } from '@tanstack/react-router'
import { useEffect, useEffectEvent } from 'react'
import { first } from './popped'

/** Who wants to hear of "back"; the last is asked. */
const listeners: (() => void)[] = []

interface State { __TSR_key?: string; isOver?: true }
const state = () => (window.history.state ?? {}) as State

/** The browser is upon our entry. */
const isUp = () => state().isOver === true
let wasUp = false

/** Called when the step of our own that is under way has landed. */
let landed: (() => void) | undefined
let stepping: Promise<void> | undefined

function go(by: 1 | -1): Promise<void> {
  stepping = new Promise((resolve) => { landed = resolve })
  window.history.go(by)
  return stepping
}

/** Our entry is there while anybody listens. */
function settle(): void {
  const isWanted = listeners.length > 0
  // After a step it is asked again.
  if (landed || isWanted === isUp()) return
  if (!isWanted) void go(-1).then(settle)
  else {
    // As the browser itself does it: the router has made this call its own, and would load the page anew.
    History.prototype.pushState.call(window.history, { ...state(), isOver: true }, '')
    wasUp = true
  }
}

/** Before the router hears of it. */
function popped(event: PopStateEvent, { history }: RegisteredRouter): void {
  const wasOver = wasUp
  wasUp = isUp()
  if (!landed && !wasUp && !wasOver) return
  event.stopImmediatePropagation()
  const heard = listeners.at(-1)
  if (landed) {
    landed()
    landed = undefined
  } else if (wasUp) {
    // Nobody stays upon an entry that was left behind: further back, which is the router's matter where it has been on another page.
    if (state().__TSR_key === history.location.state.__TSR_key) settle()
    else window.history.back()
  } else if (heard) {
    heard()
    void go(1).then(settle)
  } else window.history.back()
}

/** Our entry goes before the router puts another page upon it. */
async function makeWay(): Promise<void> {
  if (landed) await stepping
  else if (isUp()) await go(-1)
}

function bind(router: RegisteredRouter): void {
  if (first.popped) return
  wasUp = isUp()
  first.popped = (event) => { popped(event, router) }
  router.history.block({ enableBeforeUnload: false, blockerFn: async ({ action }) => {
    if (action === 'PUSH' || action === 'REPLACE') await makeWay()
    return false
  } })
  // What lies over the page may stay there when only its address changes.
  router.subscribe('onResolved', settle)
}

/**
 * A phone's "back" while `isHeard` is `onBack`'s, and the page stays. A browser asks a page only where an entry of the same document lies behind, and
 * the page may be the first one that was loaded: so an entry lies over it while anybody listens, of which the router knows nothing.
 */
export function useBack(isHeard: boolean, onBack: () => void): void {
  const router = useRouter()
  const hear = useEffectEvent(onBack)
  useEffect(() => {
    if (!isHeard) return
    bind(router)
    const listener = () => { hear() }
    listeners.push(listener)
    // When all who come and go with the same change have done so.
    queueMicrotask(settle)
    return () => {
      listeners.splice(listeners.indexOf(listener), 1)
      queueMicrotask(settle)
    }
  }, [isHeard, router])
}
