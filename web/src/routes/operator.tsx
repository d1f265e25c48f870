// Screens of the operator. One line each: path, slice, module (see web/README.md).
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { only } from './guard'
import { pagesOf } from './page'
import { rootRoute } from './root'

export const operatorRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'operator',
  beforeLoad: only('operator'),
  component: lazyRouteComponent(() => import('~/shell/audiences'), 'OperatorShell'),
})

export const page = pagesOf(() => operatorRoute)

export const operatorPages = [
  // page('/…', 'slice', () => import('~/features/slice/SomePage')),
  page('/desk/safety', 'safety', () => import('~/features/safety/SafetyPage'), { search: (raw) => (raw['show'] === 'closed' ? { show: 'closed' } : {}) }),
  page('/desk/safety/$report', 'safety', () => import('~/features/safety/ReportPage')),
  page('/desk/audit', 'audit', () => import('~/features/audit/AuditPage'), { search: (raw) => Object.fromEntries(['actor', 'subject', 'action'].flatMap((name) => (typeof raw[name] === 'string' ? [[name, raw[name]]] : []))) }),
  page('/desk/categories', 'categories', () => import('~/features/categories/CategoriesPage')),
  page('/desk/categories/new', 'categories', () => import('~/features/categories/NewCategoryPage')),
  page('/desk/categories/$id', 'categories', () => import('~/features/categories/CategoryPage'), {
    search: (raw): { part?: 'topics' } => (raw['part'] === 'topics' ? { part: 'topics' } : {}),
  }),
] as const
