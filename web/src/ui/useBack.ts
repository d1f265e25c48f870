import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'

/**
 * A phone's "back" while `isHeard`: `onBack` may deal with it, and answers whether it did; else the page is left as ever. It is not asked where this page
 * is the first that was loaded: then "back" leads out of the product. (The router's own `useBlocker` can do more, and would weigh on every page.)
 */
export function useBack(isHeard: boolean, onBack: () => boolean): void {
  const { history } = useRouter()
  useEffect(() => (isHeard ? history.block({ enableBeforeUnload: false, blockerFn: ({ action }) => action === 'BACK' && onBack() }) : undefined))
}
