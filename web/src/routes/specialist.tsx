// Screens of the specialist. One line each: path, slice, module (see web/README.md).
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { among } from '~/api/among'
import { only } from './guard'
import { accountPage, securityPage } from './account'
import { pagesOf } from './page'
import { rootRoute } from './root'

export const specialistRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'specialist',
  beforeLoad: only('specialist'),
  component: lazyRouteComponent(() => import('~/shell/audiences'), 'SpecialistShell'),
})

/** Which view, and which week by its Monday. */
const calendarSearch = (raw: Record<string, unknown>): { view?: 'week' | 'hours' | 'calendars' | undefined; week?: string } => ({
  view: among(['week', 'hours', 'calendars'], raw['view']),
  ...(typeof raw['week'] === 'string' && /^\d{4}-\d\d-\d\d$/.test(raw['week']) && !Number.isNaN(Date.parse(raw['week'])) && { week: raw['week'] }),
})

export const page = pagesOf(() => specialistRoute)

export const specialistPages = [
  // page('/…', 'slice', () => import('~/features/slice/SomePage')),
  page('/work/clients', 'clients', () => import('~/features/clients/ClientsPage')),
  page('/work/clients/$client', 'clients', () => import('~/features/clients/ClientPage')),
  page('/work/messages', 'messages', () => import('~/features/messages/MessagesPage')),
  page('/work/messages/$thread', 'messages', () => import('~/features/messages/ThreadPage')),
  page('/work/day', 'schedule', () => import('~/features/schedule/DayPage')),
  page('/work/calendar', 'schedule', () => import('~/features/schedule/CalendarPage'), { search: calendarSearch }),
  page('/work/account', 'account', accountPage),
  page('/work/account/security', 'account', securityPage),
  page('/work/account/record', 'consents', () => import('~/features/consents/RecordPage')),
  page('/work/profile', 'card', () => import('~/features/card/ProfilePage')),
] as const
