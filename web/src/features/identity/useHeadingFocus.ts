import { useEffect, useRef } from 'react'

/** A new step of one page begins at its heading, as a new page does; the first is left to the page itself. */
export function useHeadingFocus(step: string): void {
  const former = useRef(step)
  useEffect(() => {
    if (former.current === step) return
    former.current = step
    const within = document.activeElement
    // A step with one field puts the focus there itself.
    if (within instanceof HTMLInputElement) return
    document.querySelector<HTMLElement>('main h1')?.focus()
  }, [step])
}
