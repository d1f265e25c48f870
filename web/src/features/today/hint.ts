const KEY = 'way-back-hint'

/** That somebody has read the hint and wants it no more, on this device. Whoever signs out is nobody here: it is forgotten then, with all the rest. */
export const hintHidden = {
  read: (): boolean => {
    try {
      return localStorage.getItem(KEY) !== null
    } catch {
      return false
    }
  },
  write: (): void => {
    try {
      localStorage.setItem(KEY, 'hidden')
    } catch {
      // Storage forbidden: it is hidden until the page is loaded anew.
    }
  },
}
