// Before the first paint: the chosen theme and language, so that nothing flashes. No framework, no request.
;(function () {
  try {
    var theme = localStorage.getItem('theme')
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
    var lang = localStorage.getItem('lang')
    if (lang === 'ru' || lang === 'kk' || lang === 'en') document.documentElement.lang = lang
  } catch (_) {
    // Storage may be forbidden; the system's theme and language then hold.
  }
})()
