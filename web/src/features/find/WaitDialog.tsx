// The waiting list: for one specialist, or for anyone who fits, until a day.
import { parseDate, type CalendarDate } from '@internationalized/date'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, idempotent, useCommand, type components } from '~/api'
import { among } from '~/api/among'
import { useT } from '~/i18n'
import { nowMs } from '~/i18n/clock'
import { civilDateOf, useFormat, useOwnZone } from '~/i18n/format'
import { waysQuery } from '~/shell/proof/queries'
import { Banner, Button, DateField, Dialog, LinkButton, RadioGroup, Row, Stack, toast, useProblemText } from '~/ui'
import { formatNames, type DayPart, type FormatName, type GenderName, type LanguageName } from './search'

/** What is waited for; without `specialist`, anyone of the category. */
export interface Waited {
  category: string
  lengthMin: number
  formats: readonly string[]
  /** Of `formats`, what was looked for. */
  format?: FormatName
  specialist?: { id: string; name: string }
  language?: LanguageName
  gender?: GenderName
  time?: DayPart
}

/** The end of the day, by the person's clock. */
const endOf = (date: CalendarDate, zone: string): string => date.add({ days: 1 }).toDate(zone).toISOString()

export function WaitDialog({ waited, onClose }: { waited: Waited; onClose: () => void }) {
  const t = useT()
  const text = useProblemText()
  const queryClient = useQueryClient()
  const zone = useOwnZone()
  const { data: ways } = useQuery(waysQuery)
  const today = parseDate(civilDateOf(new Date(nowMs()), zone))
  const offered = waited.formats.map((one) => among(formatNames, one)).filter((one) => one !== undefined)
  const [until, setUntil] = useState<string | null>(today.add({ days: 14 }).toString())
  const [format, setFormat] = useState<FormatName>(offered.find((one) => one === waited.format) ?? offered[0] ?? 'video')
  const join = useCommand((body: components['schemas']['WaitingRequest'], key) => data(api.POST('/api/waiting', { body, headers: idempotent(key) })), {
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['booking', 'waiting'] })
      toast(t('find.waiting'))
      onClose()
    },
  })
  const isPast = until !== null && until < today.toString()
  const send = () => {
    if (until === null || isPast) return
    join.mutate({
      category_id: waited.category, length_min: waited.lengthMin, format, before: endOf(parseDate(until), zone),
      specialist_id: waited.specialist?.id ?? null, language: waited.language ?? null, gender: waited.gender ?? null, time_of_day: waited.time ?? null,
    })
  }
  return (
    <Dialog title={t('find.wait')} isOpen onClose={onClose}>
      <Stack>
        <p>{waited.specialist ? t('find.wait.text', { name: waited.specialist.name }) : t('find.wait.anyone')}</p>
        <Conditions waited={waited} />
        {ways?.has_email_code === false && <Banner tone="notice">{t('find.wait.noMail')}</Banner>}
        <DateField label={t('find.wait.until')} value={until} onChange={setUntil} min={today.toString()} max={today.add({ days: 179 }).toString()} {...(isPast && { error: t('find.wait.past') })} />
        {offered.length > 1 && <RadioGroup label={t('find.format')} options={offered.map((id) => ({ id, label: t(`find.format.${id}`) }))} value={format} onChange={setFormat} />}
        {join.error && <Banner tone="notice" announce>{join.error.errors[0]?.detail ?? text(join.error)}</Banner>}
        <Row>
          <Button variant="primary" isPending={join.isPending} isDisabled={until === null} onPress={send}>{t('find.wait.join')}</Button>
          <LinkButton to="/sessions" variant="quiet">{t('find.wait.list')}</LinkButton>
        </Row>
      </Stack>
    </Dialog>
  )
}

/** What the filters said holds for the wait too, so it is told here. Whoever waits for one person knows who that is. */
function Conditions({ waited: { specialist, gender, language, time } }: { waited: Waited }) {
  const t = useT()
  const format = useFormat()
  const words = [
    time && t(`find.time.${time}`),
    !specialist && gender && t(`find.gender.${gender}`),
    !specialist && language && t('find.wait.speaks', { language: t(`find.language.${language}`) }),
  ].filter((word) => typeof word === 'string')
  return words.length > 0 && <p>{t('find.wait.only', { what: format.names(words) })}</p>
}
