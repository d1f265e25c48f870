import { useEffect, useState } from 'react'
import { useLive } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button } from '~/ui'

/** Said aloud, and long enough to be read twice; the header goes on telling how much is left. On a phone it takes room from the face. */
const SHOWN_MS = 12_000

/** Tells the employee that there is more time: nobody asked them. */
export function Extended({ appointment }: { appointment: string }) {
  const t = useT()
  const format = useFormat()
  const [until, setUntil] = useState<string>()
  useLive('call.extended', ({ payload }) => {
    const told = payload as { appointment_id?: string; ends_at?: string } | undefined
    if (told?.appointment_id === appointment) setUntil(told.ends_at)
  })
  useEffect(() => {
    const timer = setTimeout(() => { setUntil(undefined) }, SHOWN_MS)
    return () => { clearTimeout(timer) }
  }, [until])
  if (until === undefined) return null
  return (
    <Banner tone="positive" announce actions={<Button variant="quiet" onPress={() => { setUntil(undefined) }}>{t('ui.close')}</Button>}>
      {t('call.extend.until', { time: format.time(until) })}
    </Banner>
  )
}
