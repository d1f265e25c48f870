import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { live } from '~/api/live'
import { refreshBy } from '~/routes/live'

/** The event stream is open while a frame for people who are signed in is on the screen; its hints make queries stale. */
export function useLiveStream(): void {
  const queryClient = useQueryClient()
  useEffect(() => {
    const unbind = refreshBy(live, queryClient)
    live.open()
    return () => {
      live.close()
      unbind()
    }
  }, [queryClient])
}
