import { useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { VisuallyHidden } from '~/ui/Layout'

/**
 * A new page begins at its heading: the focus goes there, and the tab's title is said aloud. The first page is left to the browser, which
 * announces it itself; a change of the query string only (a filter) moves nothing.
 */
export function RouteAnnouncer() {
  const router = useRouter()
  const [said, say] = useState('')
  useEffect(() => router.subscribe('onRendered', ({ fromLocation, toLocation, pathChanged }) => {
    if (!fromLocation || !pathChanged || toLocation.hash !== '') return
    const heading = document.querySelector<HTMLElement>('main h1') ?? document.getElementById('main')
    // `preventScroll`: the router restores the scroll position itself.
    heading?.focus({ preventScroll: true })
    say(document.title)
  }), [router])
  return <VisuallyHidden><span role="status" aria-live="polite" aria-atomic="true">{said}</span></VisuallyHidden>
}
