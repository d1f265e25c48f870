// Light, dark, or what the system says. src/boot.js applies the remembered one before the first paint.
import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'

const listeners = new Set<() => void>()
const isChosen = (theme: string | null | undefined): theme is 'light' | 'dark' => theme === 'light' || theme === 'dark'

/** Shows a theme without remembering it; anything unknown means the system's. */
export function showTheme(theme: string | null): void {
  if (isChosen(theme)) document.documentElement.dataset['theme'] = theme
  else delete document.documentElement.dataset['theme']
  listeners.forEach((tell) => { tell() })
}

/** Shows a theme and remembers it on this device. */
export function chooseTheme(theme: Theme): void {
  showTheme(theme)
  try {
    if (theme === 'system') localStorage.removeItem('theme')
    else localStorage.setItem('theme', theme)
  } catch {
    // Storage forbidden: the choice lasts for this visit.
  }
}

const subscribe = (tell: () => void) => {
  listeners.add(tell)
  return () => listeners.delete(tell)
}

const present = (): Theme => {
  const shown = document.documentElement.dataset['theme']
  return isChosen(shown) ? shown : 'system'
}

export const useTheme = (): Theme => useSyncExternalStore(subscribe, present, () => 'system')
