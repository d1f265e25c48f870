import { useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useState } from 'react'
import { asProblem } from '~/api/problem'
import { useT } from '~/i18n'
import { PlainAnchor, PlainButton } from '~/ui/Plain'
import { PageHeader } from '~/ui/PageHeader'
import { Row } from '~/ui/Layout'
import { PublicFrame } from './PublicShell'

/** Nobody has to watch for the network: the screen comes back with it. */
function useWhenOnline(waits: boolean, act: () => void) {
  const onOnline = useEffectEvent(act)
  useEffect(() => {
    if (!waits) return
    const listen = () => { onOnline() }
    window.addEventListener('online', listen)
    return () => { window.removeEventListener('online', listen) }
  }, [waits])
}

/** A screen broke, or could not be fetched. What was typed is in drafts; urgent help stays reachable. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const t = useT()
  const router = useRouter()
  // A style sheet that did not come is no failed fetch to whoever asked for it.
  const [offline] = useState(() => asProblem(error).code === 'offline' || !navigator.onLine)
  const retry = () => {
    // Anew from its beginning: a style sheet that failed once is not asked for again by the same document.
    if (offline && navigator.onLine) location.reload()
    else { reset(); void router.invalidate() }
  }
  useWhenOnline(offline, retry)
  return (
    <PublicFrame>
      <PageHeader title={offline ? t('shell.error.offline.title') : t('shell.error.title')} lead={offline ? t('shell.error.offline.lead') : t('shell.error.lead')} />
      <Row>
        <PlainButton isPrimary onClick={retry}>{t('shell.error.retry')}</PlainButton>
        <PlainAnchor>{t('shell.toStart')}</PlainAnchor>
      </Row>
    </PublicFrame>
  )
}
