import { onlineManager, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { asProblem, isPassing } from '~/api/problem'
import { useLang } from '~/i18n'
import { makeRouter } from '~/routes'
import { toSignIn } from './to-sign-in'

const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      // The session ended while the person was here: sign in again and come back to the same place.
      if (asProblem(error).status === 401 && query.queryKey[0] !== 'me') toSignIn(queryClient, router)
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (count, error) => count < 2 && isPassing(error),
    },
    mutations: { networkMode: 'always' },
  },
})

// It listens to changes only; a page opened from the service worker's store begins without a network.
onlineManager.setOnline(navigator.onLine)

export const router = makeRouter(queryClient)

/** Names of fields, topics and documents come from the server in the person's language: another language asks for them anew. */
function FollowLanguage() {
  const lang = useLang()
  const shown = useRef(lang)
  useEffect(() => {
    if (shown.current === lang) return
    shown.current = lang
    void queryClient.invalidateQueries()
  }, [lang])
  return null
}

export const App = () => (
  <QueryClientProvider client={queryClient}>
    <FollowLanguage />
    <RouterProvider router={router} />
  </QueryClientProvider>
)
