import { trustedScriptUrl } from './trusted'

/** Offline shell and installation. Not in development, where it would serve yesterday's code. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  addEventListener('load', () => {
    navigator.serviceWorker.register(trustedScriptUrl('/sw.js') as string).catch(() => {
      // Without it the site works online as before; nothing to tell the person.
    })
  })
}
