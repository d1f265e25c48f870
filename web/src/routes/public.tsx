// Screens that open without signing in. One line each: path, slice, module (see web/README.md).
import { createRoute } from '@tanstack/react-router'
import { safeNext } from '~/api/me'
import { PublicShell } from '~/shell/PublicShell'
import { pagesOf } from './page'
import { rootRoute } from './root'

export const publicRoute = createRoute({ getParentRoute: () => rootRoute, id: 'public', component: PublicShell })

const withNext = (raw: Record<string, unknown>): { next?: string } => {
  const next = safeNext(raw['next'])
  return next === undefined ? {} : { next }
}

const page = pagesOf(() => publicRoute)

export const publicPages = [
  page('/', 'welcome', () => import('~/features/welcome/WelcomePage')),
  page('/urgent', 'urgent', () => import('~/features/urgent/UrgentPage')),
  page('/sign-in', 'identity', () => import('~/features/identity/SignInPage'), {
    search: (raw): { next?: string; from?: 'keycloak' | 'ended'; at?: 'lost' | 'moved' } => ({ ...raw, ...withNext(raw) }),
  }),
  page('/second-factor', 'identity', () => import('~/features/identity/SecondFactorPage'), { search: withNext }),
  page('/invitation', 'identity', () => import('~/features/identity/InvitationPage')),
  page('/signed-in', 'identity', () => import('~/features/identity/SignedInPage'), { search: (raw) => raw }),
  page('/keep-access', 'identity', () => import('~/features/identity/KeepAccessPage')),
  page('/enter', 'identity', () => import('~/features/identity/EnterPage'), { search: (raw) => raw as { by?: 'code' | 'email' | 'pass' } }),
] as const
