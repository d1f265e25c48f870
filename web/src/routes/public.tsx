// Screens that open without signing in. One line each: path, slice, module (see web/README.md).
import { createRoute } from '@tanstack/react-router'
import { PublicShell } from '~/shell/PublicShell'
import { pagesOf } from './page'
import { rootRoute } from './root'

export const publicRoute = createRoute({ getParentRoute: () => rootRoute, id: 'public', component: PublicShell })

const page = pagesOf(() => publicRoute)

export const publicPages = [
  page('/', 'welcome', () => import('~/features/welcome/WelcomePage')),
  page('/urgent', 'urgent', () => import('~/features/urgent/UrgentPage')),
] as const
