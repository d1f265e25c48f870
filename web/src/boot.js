// Before the first paint and before any framework: the chosen theme and language, so that nothing flashes; and the texts and the door's own
// parts are asked for at once, not after the scripts that would ask for them. Plain script, no module; kept small.
;(function () {
  /** Written in at build time: files by language, and by page and language. @type {{ texts: Record<string, string[]>, pages: Record<string, Record<string, string[]>> }} */
  var files = __FILES__
  /** @param {string} key */
  function remembered(key) {
    try {
      return localStorage.getItem(key)
    } catch {
      // Storage may be forbidden; the system's theme and language then hold.
      return null
    }
  }
  var theme = remembered('theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
  // The same choice as initialLang in src/i18n: remembered, else the browser's first that we speak, else Russian.
  var wanted = [remembered('lang')].concat(navigator.languages || [])
  var lang = 'ru'
  for (var i = 0; i < wanted.length; i++) {
    var code = (wanted[i] || '').toLowerCase().split('-')[0]
    if (code === 'ru' || code === 'kk' || code === 'en') {
      lang = code
      break
    }
  }
  document.documentElement.lang = lang
  var page = files.pages[location.pathname]
  var list = (files.texts[lang] || []).concat((page && page[lang]) || [])
  list.forEach(function (href) {
    var link = document.createElement('link')
    if (/\.css$/.test(href)) {
      link.rel = 'preload'
      link.as = 'style'
    } else {
      link.rel = 'modulepreload'
    }
    link.crossOrigin = ''
    link.href = href
    document.head.appendChild(link)
  })
})()
