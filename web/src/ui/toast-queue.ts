// What is to be told, before anything that tells it is loaded: most visits see no toast.
import { useSyncExternalStore } from 'react'

export interface News {
  text: string
  undo?: () => void
}

interface Region {
  tell: (news: News) => void
  hush: () => void
}

let waiting: News[] = []
let region: Region | undefined
const listeners = new Set<() => void>()

/** `toast(t('…'))`; with `undo` it stays until it is dismissed. */
export function toast(text: string, undo?: () => void): void {
  const news = { text, ...(undo && { undo }) }
  if (region) region.tell(news)
  else {
    waiting = [...waiting, news]
    listeners.forEach((tell) => { tell() })
  }
}

/** The region is on the screen: it takes what waited, and all that comes. */
export function connect(shown: Region): void {
  region = shown
  waiting.forEach(shown.tell)
  waiting = []
}

/** For a screen where each word counts: what was told before does not lie over it. */
export function hush(): void {
  waiting = []
  region?.hush()
}

const subscribe = (tell: () => void) => {
  listeners.add(tell)
  return () => listeners.delete(tell)
}

/** Becomes true with the first news and stays so. */
let wanted = false
export const useIsWanted = (): boolean => useSyncExternalStore(subscribe, () => (wanted ||= waiting.length > 0), () => false)
