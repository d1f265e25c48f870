// Screens of the employee. One line each: path, slice, module (see web/README.md).
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { consentsSearch } from '~/features/consents/search'
import { findSearch, specialistSearch } from '~/features/find/search'
import { startSearch } from '~/features/intake/search'
import { sessionsSearch } from '~/features/sessions/search'
import { only } from './guard'
import { accountPage, securityPage } from './account'
import { pagesOf } from './page'
import { rootRoute } from './root'

export const employeeRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'employee',
  beforeLoad: only('employee'),
  component: lazyRouteComponent(() => import('~/shell/audiences'), 'EmployeeShell'),
})

export const page = pagesOf(() => employeeRoute)

export const employeePages = [
  page('/consents', 'consents', () => import('~/features/consents/ConsentsPage'), { search: consentsSearch }),
  page('/privacy', 'consents', () => import('~/features/consents/PrivacyPage')),
  // page('/…', 'slice', () => import('~/features/slice/SomePage')),
  page('/messages', 'messages', () => import('~/features/messages/MessagesPage')),
  page('/messages/$thread', 'messages', () => import('~/features/messages/ThreadPage')),
  page('/sessions/$appointment/after', 'feedback', () => import('~/features/feedback/AfterPage')),
  page('/today', 'today', () => import('~/features/today/TodayPage')),
  page('/start', 'intake', () => import('~/features/intake/StartPage'), { search: startSearch }),
  page('/find', 'find', () => import('~/features/find/FindPage'), { search: findSearch }),
  page('/find/$id', 'find', () => import('~/features/find/SpecialistPage'), { search: specialistSearch }),
  page('/sessions', 'sessions', () => import('~/features/sessions/SessionsPage'), { search: sessionsSearch }),
  page('/sessions/$id', 'sessions', () => import('~/features/sessions/SessionPage')),
  page('/me', 'account', accountPage),
  page('/me/security', 'account', securityPage),
] as const
