import type { QueryClient } from '@tanstack/react-query'
import { createRouter } from '@tanstack/react-router'
import { callPages, callRoute } from './call'
import { galleryRoutes } from '~/gallery/routes'
import { first } from '~/ui/popped'
import { employeePages, employeeRoute } from './employee'
import { hrPages, hrRoute } from './hr'
import { operatorPages, operatorRoute } from './operator'
import { publicPages, publicRoute } from './public'
import { rootRoute } from './root'
import { specialistPages, specialistRoute } from './specialist'

const audiences = [
  publicRoute.addChildren([...publicPages]),
  employeeRoute.addChildren([...employeePages]),
  specialistRoute.addChildren([...specialistPages]),
  callRoute.addChildren([...callPages]),
  hrRoute.addChildren([...hrPages]),
  operatorRoute.addChildren([...operatorPages]),
] as const

const tree = rootRoute.addChildren([...audiences])

// Test screens stand in the tree but not in its types: product links cannot lead to them, and one array of unknown length would make every
// typed `useSearch` an `any`. Absent from product builds, where the condition is false at build time and the import falls away.
if (__GALLERY__) {
  publicRoute.addChildren([...publicPages, ...galleryRoutes.public])
  employeeRoute.addChildren([...employeePages, ...galleryRoutes.employee])
  specialistRoute.addChildren([...specialistPages, ...galleryRoutes.specialist])
  operatorRoute.addChildren([...operatorPages, ...galleryRoutes.operator])
  rootRoute.addChildren([...audiences, ...galleryRoutes.root])
}

export const makeRouter = (queryClient: QueryClient) => {
  // A window calls its listeners in the order of their coming, also capturing ones.
  window.addEventListener('popstate', (event) => { first.popped?.(event) })
  const router = createRouter({
    routeTree: tree,
    context: { queryClient },
    defaultPreload: 'intent',
    // Freshness is the business of TanStack Query; the router must not keep a second cache.
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultPendingMs: 400,
  })
  // As the router's own does, for every navigation; but whoever is quick and sees no movement meets no fault: the next page took its place.
  router.startViewTransition = (update) => {
    const isStill = router.shouldViewTransition === false
    router.shouldViewTransition = undefined
    if (isStill || !('startViewTransition' in document)) return update()
    const { ready, updateCallbackDone } = document.startViewTransition(update)
    ready.catch(() => undefined)
    return updateCallbackDone
  }
  return router
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
  /** What a screen keeps in the tab’s history because it has no place in an address. */
  interface HistoryState {
    /** With what an employee comes: ids of topics. */
    topics?: readonly string[]
    /** Under which name a person is looked for. */
    name?: string
  }
}
