// Screens of the operator. One line each: path, slice, module (see web/README.md).
import type { QueryClient } from '@tanstack/react-query'
import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { deskHome, maySee } from '~/api/desk'
import { specialistsSearch } from '~/features/specialists/search'
import { translate } from '~/i18n'
import { toast } from '~/ui/toast-queue'
import { only } from './guard'
import { accountPage, securityPage } from './account'
import { pagesOf, texts } from './page'
import { rootRoute } from './root'

/** The staff, and of the staff those whose screen it is; the others are led to theirs, and told. */
async function mayEnter(visit: { context: { queryClient: QueryClient }; location: { href: string; pathname: string }; preload: boolean }) {
  const entered = await only('operator')(visit)
  if (maySee(entered.person, visit.location.pathname)) return entered
  if (!visit.preload) toast(translate('shell.notYours'))
  throw redirect({ to: deskHome(entered.person) as never, replace: true })
}

export const operatorRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'operator',
  beforeLoad: mayEnter,
  component: lazyRouteComponent(() => import('~/shell/audiences'), 'OperatorShell'),
})

export const page = pagesOf(() => operatorRoute)

export const operatorPages = [
  // page('/…', 'slice', () => import('~/features/slice/SomePage')),
  page('/desk/live', 'live', () => import('~/features/live/LivePage'), { search: texts('show') }),
  page('/desk/bookings', 'bookings', () => import('~/features/bookings/BookingsPage'), { search: texts('specialist', 'status', 'from', 'to') }),
  page('/desk/bookings/$id', 'bookings', () => import('~/features/bookings/BookingPage')),
  page('/desk/safety', 'safety', () => import('~/features/safety/SafetyPage'), { search: (raw) => (raw['show'] === 'closed' ? { show: 'closed' } : {}) }),
  page('/desk/safety/$report', 'safety', () => import('~/features/safety/ReportPage')),
  page('/desk/audit', 'audit', () => import('~/features/audit/AuditPage'), { search: texts('actor', 'subject', 'action') }),
  page('/desk/approvals', 'approvals', () => import('~/features/approvals/ApprovalsPage'), { search: texts('report', 'ask') }),
  page('/desk/categories', 'categories', () => import('~/features/categories/CategoriesPage')),
  page('/desk/categories/new', 'categories', () => import('~/features/categories/NewCategoryPage')),
  page('/desk/categories/$id', 'categories', () => import('~/features/categories/CategoryPage'), {
    search: (raw): { part?: 'topics' } => (raw['part'] === 'topics' ? { part: 'topics' } : {}),
  }),
  page('/desk/settings', 'settings', () => import('~/features/settings/SettingsPage')),
  page('/desk/settings/staff', 'settings', () => import('~/features/settings/StaffPage')),
  page('/desk/account', 'account', accountPage),
  page('/desk/account/security', 'account', securityPage),
  page('/desk/specialists', 'specialists', () => import('~/features/specialists/SpecialistsPage'), { search: specialistsSearch }),
  page('/desk/specialists/$id', 'specialists', () => import('~/features/specialists/ReviewPage')),
  page('/desk/companies', 'companies', () => import('~/features/companies/CompaniesPage'), {
    search: (raw) => ({ ...(typeof raw['name'] === 'string' && { name: raw['name'] }), ...(raw['archived'] === true && { archived: true }) }),
  }),
  page('/desk/companies/$company', 'companies', () => import('~/features/companies/CompanyPage'), { search: texts('part') }),
] as const
