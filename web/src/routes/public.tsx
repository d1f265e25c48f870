// Screens that open without signing in. One line each: path, slice, module (see web/README.md).
import { createRoute } from '@tanstack/react-router'
import { safeNext } from '~/api/me'
import { PublicShell } from '~/shell/PublicShell'
import { pagesOf } from './page'
import { rootRoute } from './root'

export const publicRoute = createRoute({ getParentRoute: () => rootRoute, id: 'public', component: PublicShell })

const page = pagesOf(() => publicRoute)

export const publicPages = [
  page('/', 'welcome', () => import('~/features/welcome/WelcomePage')),
  page('/urgent', 'urgent', () => import('~/features/urgent/UrgentPage')),
  page('/sign-in', 'identity', () => import('~/features/identity/SignInPage'), { search: (raw): { next?: string } => { const next = safeNext(raw['next']); return next === undefined ? {} : { next } } }),
  page('/enter', 'identity', () => import('~/features/identity/EnterPage'), { search: (raw): { by?: 'code' | 'email' } => (raw['by'] === 'email' ? { by: 'email' } : { by: 'code' }) }),
] as const
