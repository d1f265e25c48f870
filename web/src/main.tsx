import './brand/fonts.css'
import './ui/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { activate, initialLang, type Lang } from './i18n'
import { App } from './shell/App'
import { showTheme } from './shell/theme'
import { registerServiceWorker } from './shell/service-worker'

const remembered = () => {
  try {
    return localStorage.getItem('lang')
  } catch {
    return null
  }
}

const available: readonly Lang[] = ['ru', 'kk', 'en']

// What is chosen in one tab holds in the others.
window.addEventListener('storage', ({ key, newValue }) => {
  if (key === 'lang') void activate(initialLang(available, navigator.languages, newValue))
  if (key === 'theme') showTheme(newValue)
})

// After a release an old tab may ask for a part that is gone: loading anew brings the new version. Once, lest it go round.
window.addEventListener('vite:preloadError', (event) => {
  if (sessionStorage.getItem('reloaded') !== null) return
  sessionStorage.setItem('reloaded', '1')
  event.preventDefault()
  location.reload()
})

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
await activate(initialLang(available, navigator.languages, remembered()))
createRoot(root).render(<StrictMode><App /></StrictMode>)
sessionStorage.removeItem('reloaded')
registerServiceWorker()
