// Saving the schedule: first what it would touch, then, if the person agrees, the saving itself; and back again.
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { api, asProblem, data, idempotent } from '~/api'
import { useT } from '~/i18n'
import { toast, useProblemText } from '~/ui'
import { scheduleKey, settingsQuery, type Settings, type Touched } from './queries'

interface Question {
  settings: Settings
  touched: Touched[]
  isUndo: boolean
}

/** `offer` asks the server; where bookings would lie outside, `question` waits for an answer. */
export function useSave() {
  const t = useT()
  const text = useProblemText()
  const client = useQueryClient()
  const [question, ask] = useState<Question | null>(null)
  const isHere = useRef(false)
  useEffect(() => {
    isHere.current = true
    return () => { isHere.current = false }
  }, [])

  const save = async (settings: Settings, key: string, isUndo: boolean): Promise<void> => {
    const before = client.getQueryData(settingsQuery.queryKey)
    const { schedule } = await data(api.PUT('/api/schedule', { body: settings, headers: idempotent(key) }))
    client.setQueryData(settingsQuery.queryKey, schedule)
    await client.invalidateQueries({ queryKey: scheduleKey })
    if (isUndo) toast(t('schedule.undone'))
    // With the version of this saving: if the hours were changed again since, the server refuses, and says so.
    else if (before && before.version > 0) toast(t('schedule.saved'), () => { void undo({ ...before, version: schedule.version }) })
    else toast(t('schedule.saved'))
  }

  const offer = async (settings: Settings, key: string, isUndo = false): Promise<void> => {
    const preview = await data(api.POST('/api/schedule/preview', { body: settings }))
    const touched = preview.touched.filter((booking) => !booking.was_outside)
    // The news outlives the calendar. Undone from another screen, hours go back at once: bookings stay in any case.
    if (touched.length > 0 && isHere.current) ask({ settings, touched, isUndo })
    else await save(settings, key, isUndo)
  }

  const undo = async (settings: Settings): Promise<void> => {
    try {
      await offer(settings, crypto.randomUUID(), true)
    } catch (error) {
      toast(text(asProblem(error)))
    }
  }

  return {
    question,
    refuse: () => { ask(null) },
    agree: () => (question ? save(question.settings, crypto.randomUUID(), question.isUndo) : undefined),
    offer: (settings: Settings, key: string) => offer(settings, key),
  }
}
