// The call: a screen without the ordinary frame, for both people of a consultation.
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { among } from './guard'
import { pagesOf } from './page'
import { rootRoute } from './root'

export const callRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'call',
  beforeLoad: among(['employee', 'specialist']),
  component: lazyRouteComponent(() => import('~/shell/BareShell'), 'BareShell'),
})

export const callPages = [pagesOf(() => callRoute)('/call/$id', 'call', () => import('~/features/call/CallPage'))] as const
