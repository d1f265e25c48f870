import { useEffect, useState } from 'react'
import { useT } from '~/i18n'
import type { CallTime, CallViewModel } from './engine'
import styles from './call.module.css'

/** Minutes left, by the server's clock; said aloud once, five minutes before the end. */
export function TimeLeft({ model, time }: { model: CallViewModel; time: CallTime }) {
  const t = useT()
  const [now, setNow] = useState(() => model.serverNow())
  useEffect(() => {
    const timer = setInterval(() => { setNow(model.serverNow()) }, 1000)
    return () => { clearInterval(timer) }
  }, [model])
  const minutes = Math.max(0, Math.ceil((time.endsAt - now) / 60_000))
  const text = now < time.startsAt ? t('call.time.early', { minutes: Math.ceil((time.startsAt - now) / 60_000) })
    : now < time.endsAt ? t('call.time.left', { minutes })
    : t('call.time.over')
  return (
    <p className={styles.time} data-testid="time">
      {text}
      <span className={styles.heard} role="status">{time.stage === 'ending' ? t('call.time.ending') : ''}</span>
    </p>
  )
}
