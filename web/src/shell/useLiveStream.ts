import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { live } from '~/api/live'
import type { Me } from '~/api/me'
import { read } from '~/api/read'
import { refreshBy } from '~/routes/live'
import { whenArrived } from './arrived'
import { toSignIn } from './to-sign-in'

/** The event stream is open while a frame for people who are signed in is on the screen; its hints make queries stale. */
export function useLiveStream(): void {
  const queryClient = useQueryClient()
  const router = useRouter()
  useEffect(() => {
    const unbind = refreshBy(live, queryClient)
    // A session that was ended elsewhere: what is on the screen is nobody's any more, and does not wait there for the next touch.
    const look = () => { read<Me>('/api/me').then((me) => { if (!me.person) toSignIn(queryClient, router) }, () => undefined) }
    // Nothing of what is shown here is theirs.
    const unbindOther = whenArrived((person) => { if (queryClient.getQueryData<Me>(['me'])?.person?.id !== person) location.reload() })
    const unbindEnd = [live.on('ended', look), live.on('refused', look), unbindOther]
    live.open()
    return () => {
      live.close()
      unbind()
      unbindEnd.forEach((stop) => { stop() })
    }
  }, [queryClient, router])
}
