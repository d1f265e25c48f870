// Screens of the specialist. One line each: path, slice, module (see web/README.md).
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { only } from './guard'
import { pagesOf } from './page'
import { rootRoute } from './root'

export const specialistRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'specialist',
  beforeLoad: only('specialist'),
  component: lazyRouteComponent(() => import('~/shell/audiences'), 'SpecialistShell'),
})

export const page = pagesOf(() => specialistRoute)

export const specialistPages = [
  // page('/…', 'slice', () => import('~/features/slice/SomePage')),
  page('/work/clients', 'clients', () => import('~/features/clients/ClientsPage')),
  page('/work/clients/$client', 'clients', () => import('~/features/clients/ClientPage')),
  page('/work/messages', 'messages', () => import('~/features/messages/MessagesPage')),
  page('/work/messages/$thread', 'messages', () => import('~/features/messages/ThreadPage')),
] as const
