import { api, data } from '~/api'
import { activeLang, isLangChosen, rememberLang } from '~/i18n'

/**
 * Ends the session here. The server tells the browser to forget all that was kept (drafts, answers, the page itself), so everything begins anew; only
 * the language and the look stay, which are the device's and say nothing about anybody.
 */
export async function signOut(): Promise<void> {
  const theme = document.documentElement.dataset['theme']
  const isChosen = isLangChosen()
  await data(api.POST('/api/auth/sign-out'))
  rememberLang(activeLang(), isChosen)
  try {
    if (theme !== undefined) localStorage.setItem('theme', theme)
  } catch {
    // Storage forbidden: then the browser's language holds.
  }
  location.replace('/')
}
