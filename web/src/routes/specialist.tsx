// Screens of the specialist. One line each: path, slice, module (see web/README.md).
import { createRoute } from '@tanstack/react-router'
import { SpecialistShell } from '~/shell/audiences'
import { only } from './guard'
import { pagesOf } from './page'
import { rootRoute } from './root'

export const specialistRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'specialist',
  beforeLoad: only('specialist'),
  component: SpecialistShell,
})

export const page = pagesOf(() => specialistRoute)

export const specialistPages = [
  // page('/…', 'slice', () => import('~/features/slice/SomePage')),
] as const
