import type { QueryClient } from '@tanstack/react-query'
import { createRouter } from '@tanstack/react-router'
import { employeePages, employeeRoute } from './employee'
import { operatorPages, operatorRoute } from './operator'
import { publicPages, publicRoute } from './public'
import { rootRoute } from './root'
import { specialistPages, specialistRoute } from './specialist'

const tree = rootRoute.addChildren([
  publicRoute.addChildren(publicPages),
  employeeRoute.addChildren(employeePages),
  specialistRoute.addChildren(specialistPages),
  operatorRoute.addChildren(operatorPages),
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
