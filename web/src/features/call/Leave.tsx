import { isPast } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button, Dialog } from '~/ui'
import type { Call } from './CallPage'
import { useEnd } from './commands'
import type { CallViewModel } from './engine'

interface Props {
  call: Call
  model: CallViewModel
  hasBegun: boolean
  isOpen: boolean
  onClose: () => void
  onGo: () => void
}

/** Leaving is not ending: only the specialist ends, and only what has begun. */
export function Leave({ call, model, hasBegun, isOpen, onClose, onGo }: Props) {
  const t = useT()
  const end = useEnd(call.appointment_id)
  const mayEnd = call.party === 'specialist' && hasBegun
  return (
    <Dialog
      title={t('call.leave.title')} isOpen={isOpen} onClose={onClose}
      actions={(
        <>
          <Button variant="primary" onPress={() => { model.leave(); onGo() }}>{t('call.leave.go')}</Button>
          {mayEnd && (
            <Button isPending={end.isPending} onPress={() => { end.mutate(undefined, { onSuccess: () => { model.finish() } }) }}>
              {t('call.leave.end')}
            </Button>
          )}
        </>
      )}
    >
      <p>{mayEnd ? t('call.leave.specialist') : t('call.leave.employee')}</p>
      {mayEnd && <Meaning call={call} />}
      {end.error && <Banner tone="danger" announce>{end.error.detail ?? t('call.problem')}</Banner>}
    </Dialog>
  )
}

/** What ending makes of the consultation, by the rule of docs/calls.md. The minutes are the server's, and may lag by one: never too many. */
function Meaning({ call: { was_other_present: hasCome, together_min: together, enough_min: enough, absent_from: absentFrom } }: { call: Call }) {
  const t = useT()
  const format = useFormat()
  if (!hasCome) return <p>{isPast(absentFrom) ? t('call.leave.absent') : t('call.leave.early', { time: format.time(absentFrom) })}</p>
  return (
    <>
      <p>{t('call.leave.together', { minutes: together })}</p>
      <p>{together >= enough ? t('call.leave.held') : t('call.leave.short', { minutes: enough })}</p>
    </>
  )
}
