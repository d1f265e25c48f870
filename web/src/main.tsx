import './brand/fonts.css'
import './ui/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { activate, initialLang, rememberedLang, type Lang } from './i18n'
import { App, router } from './shell/App'
import { showTheme } from './shell/theme'
import { registerServiceWorker } from './shell/service-worker'

const available: readonly Lang[] = ['ru', 'kk', 'en']

// What is chosen in one tab holds in the others.
window.addEventListener('storage', ({ key, newValue }) => {
  if (key === 'lang') void activate(initialLang(available, navigator.languages, newValue))
  if (key === 'theme') showTheme(newValue)
})

// After a release an old tab may ask for a part that is gone: loading anew brings the new version. Not twice in a row, lest it go round.
window.addEventListener('vite:preloadError', (event) => {
  if (!navigator.onLine) return
  const last = Number(sessionStorage.getItem('reloaded-at'))
  if (Date.now() - last < 60_000) return
  sessionStorage.setItem('reloaded-at', String(Date.now()))
  event.preventDefault()
  location.reload()
})

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
const texts = activate(initialLang(available, navigator.languages, rememberedLang()))
// The first screen's code and data are asked for while the texts are on their way.
void router.load()
await texts
createRoot(root).render(<StrictMode><App /></StrictMode>)
registerServiceWorker()
