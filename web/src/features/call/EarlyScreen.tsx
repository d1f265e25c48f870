import { useEffect } from 'react'
import { useT } from '~/i18n'
import { Countdown, LinkButton, Muted, Stack, useSecondsUntil, When } from '~/ui'
import type { Call } from './CallPage'
import styles from './call.module.css'

/** The door is not open yet: when it opens, and that nothing needs to be done. */
export function EarlyScreen({ call, onOpen }: { call: Call; onOpen: () => void }) {
  const t = useT()
  const seconds = useSecondsUntil(call.opens_at)
  useEffect(() => { if (seconds === 0) onOpen() }, [seconds, onOpen])
  return (
    <div className={styles.card}>
      <Stack>
        <h1 tabIndex={-1}>{t('call.early.title', { name: call.other_name })}</h1>
        <p><When at={call.starts_at} /></p>
        <p>{t('call.early.lead')}</p>
        {seconds < 3600 && <p className={styles.countdown}><Countdown until={call.opens_at} /></p>}
        <Muted small>{t('call.early.stay')}</Muted>
        <LinkButton to={(call.party === 'specialist' ? '/work/day' : '/sessions')}>{t('call.back')}</LinkButton>
      </Stack>
    </div>
  )
}
