import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner } from '~/ui'
import type { Call } from './CallPage'

/** Alone after the planned end: until when the room is open, and what becomes of the consultation if nobody comes any more. */
export function Overdue({ call }: { call: Call }) {
  const t = useT()
  const format = useFormat()
  return (
    <Banner announce>
      {t('call.overdue', { time: format.time(call.closes_at) })}
      {!call.was_other_present && call.party === 'employee' && ` ${t('call.overdue.returned')}`}
    </Banner>
  )
}
