import { api, data } from '~/api'
import { live } from '~/api/live'
import { activeLang, isLangChosen, rememberLang } from '~/i18n'
import { leaveTo } from './leave'

/**
 * Ends the session here. The server tells the browser to forget all that was kept (drafts, answers, the page itself), so everything begins anew; only
 * the language and the look stay, which are the device's and say nothing about anybody.
 */
export async function signOut(): Promise<void> {
  const theme = document.documentElement.dataset['theme']
  const isChosen = isLangChosen()
  // Other tabs hear by it that the session has ended; here that is known, and the way leads elsewhere.
  live.close()
  try {
    await data(api.POST('/api/auth/sign-out'))
  } catch (error) {
    live.open()
    throw error
  }
  rememberLang(activeLang(), isChosen)
  try {
    if (theme !== undefined) localStorage.setItem('theme', theme)
  } catch {
    // Storage forbidden: then the browser's language holds.
  }
  await leaveTo('/', 'replace')
}
