// What keycloak.v2 (26.7) leaves unusable with a keyboard or a screen reader, put right in the page: copies of its templates would have to follow
// each of its releases. Every step does nothing where Keycloak has mended it.
document.addEventListener('DOMContentLoaded', () => {
  // The label of the attempted name is tied to a field that is not there.
  const attempted = document.getElementById('kc-attempted-username')
  if (attempted && attempted.labels.length === 0) {
    const label = attempted.closest('.pf-v5-c-form__group')?.querySelector('label')
    if (label) label.htmlFor = attempted.id
  }

  // An error stands under its field, but is not said with it.
  for (const error of document.querySelectorAll('[id^="input-error-"]:not([id^="input-error-container"])')) {
    const field = document.getElementById(error.id.slice('input-error-'.length))
    if (field && !field.hasAttribute('aria-describedby')) field.setAttribute('aria-describedby', error.id)
  }

  // Ways of signing in are drawn as buttons, and only a pointer presses them.
  for (const way of document.querySelectorAll('div[role="button"][onclick]')) {
    way.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return
      event.preventDefault()
      way.click()
    })
  }
  // So are the authenticator apps to choose from, which are not even that.
  const apps = [...document.querySelectorAll('.pf-v5-c-tile[onclick]')]
  const say = () => apps.forEach((app) => app.setAttribute('aria-pressed', String(app.classList.contains('pf-m-selected'))))
  for (const app of apps) {
    app.setAttribute('role', 'button')
    app.tabIndex = 0
    app.addEventListener('click', say)
    app.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return
      event.preventDefault()
      app.click()
    })
  }
  say()

  // Headings go down by one step; «Warning alert» is English in every language, and repeats what the words below it say.
  for (const title of document.querySelectorAll('main h4')) title.setAttribute('aria-level', '2')
  for (const alert of document.querySelectorAll('div[aria-label]:not([role])')) alert.removeAttribute('aria-label')
  for (const word of document.querySelectorAll('.pf-screen-reader')) word.remove()

  // The order of the keyboard is that of the page.
  for (const control of document.querySelectorAll('[tabindex]')) if (control.tabIndex > 0) control.removeAttribute('tabindex')

  // What explains a page stands below its form, where alone a theme may add words, and is drawn above: it is read there too.
  const about = document.querySelector('.about')
  if (about) document.getElementById('kc-page-title')?.after(about)

  // A page which only informs says its one sentence twice.
  const words = document.querySelector('#kc-info-message > .instruction')
  if (words && words.textContent.trim() === document.getElementById('kc-page-title')?.textContent.trim()) words.hidden = true

  // An error above the form is said at once.
  for (const alert of document.querySelectorAll('.pf-v5-c-alert.pf-m-danger:not([role])')) alert.setAttribute('role', 'alert')
})
