// The zone in which every time on the screen is told.
import { useSyncExternalStore } from 'react'

let ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone
const listeners = new Set<() => void>()

/** The signed-in person's zone; until it is known, the device's. */
export function setOwnZone(zone: string): void {
  if (zone === ownZone) return
  ownZone = zone
  listeners.forEach((tell) => { tell() })
}

const subscribe = (tell: () => void) => {
  listeners.add(tell)
  return () => listeners.delete(tell)
}

export const useOwnZone = (): string => useSyncExternalStore(subscribe, () => ownZone, () => ownZone)
