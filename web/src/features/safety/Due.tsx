import { useEffect, useState } from 'react'
import { useT } from '~/i18n'
import { nowMs } from '~/i18n/clock'
import { Chip } from '~/ui'

/** How much time is left to a deadline, in the largest fitting unit; goes on by itself. */
export function Due({ at }: { at: string }) {
  const t = useT()
  const [minutes, setMinutes] = useState(() => minutesUntil(at))
  useEffect(() => {
    const timer = setInterval(() => { setMinutes(minutesUntil(at)) }, 30_000)
    return () => { clearInterval(timer) }
  }, [at])
  const away = Math.abs(minutes)
  const time = away >= 48 * 60 ? t('safety.days', { count: Math.floor(away / 1440) }) : away >= 60 ? t('safety.hours', { count: Math.floor(away / 60) }) : t('safety.minutes', { count: away })
  return minutes < 0 ? <Chip tone="danger" icon="time">{t('safety.overdue', { time })}</Chip> : <Chip tone={minutes < 240 ? 'notice' : 'neutral'} icon="time">{t('safety.left', { time })}</Chip>
}

const minutesUntil = (at: string): number => Math.floor((Date.parse(at) - nowMs()) / 60_000)
