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

const available: readonly Lang[] = ['ru', 'kk', 'en']
const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
await activate(initialLang(available, navigator.languages, remembered()))
createRoot(root).render(<StrictMode><App /></StrictMode>)
registerServiceWorker()
