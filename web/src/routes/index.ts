import type { QueryClient } from '@tanstack/react-query'
import { createRouter } from '@tanstack/react-router'
import { callPages, callRoute } from './call'
import { galleryRoutes } from '~/gallery/routes'
import { employeePages, employeeRoute } from './employee'
import { operatorPages, operatorRoute } from './operator'
import { publicPages, publicRoute } from './public'
import { rootRoute } from './root'
import { specialistPages, specialistRoute } from './specialist'

// Absent from product builds, where the condition is false at build time and the import falls away.
const gallery = __GALLERY__ ? galleryRoutes : { root: [], public: [], employee: [], specialist: [], operator: [] }
/** Test screens stand in the tree but not in its types: product links cannot lead to them. */
const untyped = (routes: readonly object[]) => routes as readonly []

const tree = rootRoute.addChildren([
  publicRoute.addChildren([...publicPages, ...untyped(gallery.public)]),
  employeeRoute.addChildren([...employeePages, ...untyped(gallery.employee)]),
  specialistRoute.addChildren([...specialistPages, ...untyped(gallery.specialist)]),
  callRoute.addChildren([...callPages]),
  operatorRoute.addChildren([...operatorPages, ...untyped(gallery.operator)]),
  ...untyped(gallery.root),
])

export const makeRouter = (queryClient: QueryClient) =>
  createRouter({
    routeTree: tree,
    context: { queryClient },
    defaultPreload: 'intent',
    // Freshness is the business of TanStack Query; the router must not keep a second cache.
    defaultPreloadStaleTime: 0,
    defaultViewTransition: true,
    scrollRestoration: true,
    defaultPendingMs: 400,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
