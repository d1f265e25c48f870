import { useEffect, useState } from 'react'
import { nowMs } from '~/i18n/clock'

/** The present by the server's clock, anew every quarter of a minute: waiting is told in minutes. */
export function useNow(): number {
  const [now, setNow] = useState(nowMs)
  useEffect(() => {
    const timer = setInterval(() => { setNow(nowMs()) }, 15_000)
    return () => { clearInterval(timer) }
  }, [])
  return now
}
