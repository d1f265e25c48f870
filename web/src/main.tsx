import './brand/fonts.css'
import './ui/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { activate, initialLang, type Lang } from './i18n'
import { App } from './shell/App'
import { registerServiceWorker } from './shell/service-worker'

const remembered = () => {
  try {
    return localStorage.getItem('lang')
  } catch {
    return null
  }
}

// After a release an old tab may ask for a part that is gone: loading anew brings the new version. Once, lest it go round.
addEventListener('vite:preloadError', (event) => {
  if (sessionStorage.getItem('reloaded') !== null) return
  sessionStorage.setItem('reloaded', '1')
  event.preventDefault()
  location.reload()
})

const available: readonly Lang[] = ['ru', 'kk', 'en']
const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
await activate(initialLang(available, navigator.languages, remembered()))
createRoot(root).render(<StrictMode><App /></StrictMode>)
sessionStorage.removeItem('reloaded')
registerServiceWorker()
