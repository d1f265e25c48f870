// Screens of a company's HR. One line each: path, slice, module (see web/README.md).
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { only } from './guard'
import { accountPage, securityPage } from './account'
import { pagesOf, texts } from './page'
import { rootRoute } from './root'

export const hrRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'hr',
  beforeLoad: only('hr'),
  component: lazyRouteComponent(() => import('~/shell/audiences'), 'HrShell'),
})

export const page = pagesOf(() => hrRoute)

export const hrPages = [
  page('/hr/company', 'companies', () => import('~/features/companies/own/OwnCompanyPage'), { search: texts('part') }),
  page('/hr/account', 'account', accountPage),
  page('/hr/account/security', 'account', securityPage),
] as const
