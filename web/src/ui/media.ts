// What the screen has room for, where another layout needs other elements and not only other rules of CSS.
import { useSyncExternalStore } from 'react'

/** `const useHasRoom = widerThan('64rem')`: a hook, made once outside of components. Where there is no screen, there is room. */
export function widerThan(width: `${number}rem`): () => boolean {
  const query = typeof matchMedia === 'undefined' ? undefined : matchMedia(`(min-width: ${width})`)
  const subscribe = (tell: () => void) => {
    query?.addEventListener('change', tell)
    return () => { query?.removeEventListener('change', tell) }
  }
  return () => useSyncExternalStore(subscribe, () => query?.matches ?? true, () => true)
}
