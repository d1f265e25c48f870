// Saving the schedule: first what it would touch, then, if the person agrees, the saving itself.
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, idempotent } from '~/api'
import { useT } from '~/i18n'
import { toast } from '~/ui'
import { scheduleKey, settingsQuery, type Settings, type Touched } from './queries'

interface Question {
  settings: Settings
  touched: Touched[]
}

/** `offer` asks the server; where bookings would lie outside, `question` waits for an answer. */
export function useSave(onSaved?: () => void) {
  const t = useT()
  const client = useQueryClient()
  const [question, ask] = useState<Question | null>(null)

  const save = async (settings: Settings, key: string): Promise<void> => {
    const saved = await data(api.PUT('/api/schedule', { body: settings, headers: idempotent(key) }))
    client.setQueryData(settingsQuery.queryKey, saved.schedule)
    await client.invalidateQueries({ queryKey: scheduleKey })
    toast(t('schedule.saved'))
    onSaved?.()
  }

  const offer = async (settings: Settings, key: string): Promise<void> => {
    const preview = await data(api.POST('/api/schedule/preview', { body: settings }))
    const touched = preview.touched.filter((booking) => !booking.was_outside)
    if (touched.length > 0) ask({ settings, touched })
    else await save(settings, key)
  }

  return { question, refuse: () => { ask(null) }, agree: () => (question ? save(question.settings, crypto.randomUUID()) : undefined), offer }
}
