import { trustedScriptUrl } from './trusted'

/** Offline shell and installation. Not in development, where it would serve yesterday's code. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  const register = () => {
    navigator.serviceWorker.register(trustedScriptUrl('/sw.js') as string).catch(() => {
      // Without it the site works online as before; nothing to tell the person.
    })
  }
  // After the first load, whose requests it would compete with.
  if (document.readyState === 'complete') register()
  else window.addEventListener('load', register, { once: true })
}
