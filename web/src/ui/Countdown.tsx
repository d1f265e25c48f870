import { useEffect, useState, type ReactNode } from 'react'
import { useT } from '~/i18n'
import { nowMs } from '~/i18n/clock'

/** Whole seconds until an instant, never below zero; counted from the server's clock, so a sleeping phone comes back right. */
export function useSecondsUntil(until: string): number {
  const left = () => Math.max(0, Math.ceil((Date.parse(until) - nowMs()) / 1000))
  const [seconds, setSeconds] = useState(left)
  useEffect(() => {
    const tick = () => { setSeconds(Math.max(0, Math.ceil((Date.parse(until) - nowMs()) / 1000))) }
    tick()
    const timer = setInterval(tick, 1000)
    return () => { clearInterval(timer) }
  }, [until])
  return seconds
}

/** `4:59`, `1:04:59`. */
export function clockText(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60]
  return hours > 0 ? `${String(hours)}:${two(minutes)}:${two(rest)}` : `${String(minutes)}:${two(rest)}`
}

/** How long a held time stays held. A timer is not read aloud each second; assistive technology asks when it wants. */
export function Countdown({ until, ended }: { until: string; ended?: ReactNode }) {
  const t = useT()
  const seconds = useSecondsUntil(until)
  if (seconds === 0 && ended !== undefined) return <span role="status">{ended}</span>
  return <span role="timer" data-tabular>{t('ui.countdown', { time: clockText(seconds) })}</span>
}
