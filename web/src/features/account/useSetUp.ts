import { useRouterState } from '@tanstack/react-router'
import { useCommand } from '~/api'
import { toSetUp, type SetUp } from '~/shell/keycloak'

/** Sets something up where Keycloak is asked for it: the browser goes there, and comes back to this page. */
export function useSetUp(what: SetUp) {
  const here = useRouterState({ select: (state) => state.location.pathname })
  return useCommand(() => toSetUp(what, here))
}
