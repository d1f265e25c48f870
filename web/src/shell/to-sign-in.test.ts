import { QueryClient } from '@tanstack/react-query'
import type { AnyRouter } from '@tanstack/react-router'
import { expect, test, vi } from 'vitest'
import { toSignIn } from './to-sign-in'

const at = (href: string) => {
  const navigate = vi.fn(() => Promise.resolve())
  return { navigate, router: { navigate, state: { location: { href, pathname: href.split('?')[0] } } } as unknown as AnyRouter }
}

test('a refused question leads to the door and back, and forgets who was here', () => {
  const queryClient = new QueryClient()
  queryClient.setQueryData(['me'], { person: {} })
  const { router, navigate } = at('/find?category=1')
  toSignIn(queryClient, router)
  expect(queryClient.getQueryData(['me'])).toBeUndefined()
  expect(navigate).toHaveBeenCalledWith({ to: '/sign-in', search: { next: '/find?category=1', from: 'ended' } })
})

test('a later refusal takes nothing from the door', () => {
  const queryClient = new QueryClient()
  queryClient.setQueryData(['me'], { sign_in: 'keycloak' })
  const { router, navigate } = at('/sign-in?next=%2Ffind')
  toSignIn(queryClient, router)
  expect(queryClient.getQueryData(['me'])).toEqual({ sign_in: 'keycloak' })
  expect(navigate).not.toHaveBeenCalled()
})
