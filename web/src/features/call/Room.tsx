// In the room: the other large, oneself small (or the messages alone), a header that tells the truth about time and connection, and few controls.
import { useEffect, useRef, useState } from 'react'
import { isPast, useLive } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button, cx, Dialog, useBack } from '~/ui'
import type { Call } from './CallPage'
import { Chat } from './Chat'
import { useChat } from './chat'
import { Compare } from './Compare'
import { Controls } from './Controls'
import type { CallSnapshot, CallViewModel } from './engine'
import { meansOf } from './format'
import { Notices } from './Notices'
import { Settings } from './Settings'
import { Presence, Stage } from './Stage'
import { TimeLeft } from './TimeLeft'
import { useEnd } from './commands'
import styles from './call.module.css'

interface Props {
  call: Call
  model: CallViewModel
  snapshot: CallSnapshot
  onGo: () => void
}

type Opened = 'settings' | 'compare' | 'leave'

export function Room({ call, model, snapshot, onGo }: Props) {
  const t = useT()
  const format = useFormat()
  const { time } = snapshot
  const [opened, setOpened] = useState<Opened>()
  const means = meansOf(call.format)
  const isWritten = !means.microphone
  const [isChatOpen, setChatOpen] = useState(isWritten)
  const chat = useChat(call.appointment_id, call.party, isChatOpen)
  const chatButton = useRef<HTMLButtonElement>(null)
  const closeChat = () => {
    setChatOpen(false)
    chatButton.current?.focus()
  }
  const close = () => { setOpened(undefined) }
  // A phone's "back" closes the messages; with nothing to close it asks, as the button does. What lies over the room answers for itself.
  useBack(opened === undefined, () => {
    if (isChatOpen && !isWritten) closeChat()
    else setOpened('leave')
  })
  const [extendedTo, setExtendedTo] = useState<string>()
  useLive('call.extended', ({ payload }) => {
    const told = payload as { appointment_id?: string; ends_at?: string } | undefined
    if (told?.appointment_id === call.appointment_id && call.party === 'employee') setExtendedTo(told.ends_at)
  })
  const isLate = time?.stage === 'ending' || time?.stage === 'overtime'
  useEffect(() => { document.querySelector<HTMLElement>('h1')?.focus() }, [])
  return (
    <div className={styles.room}>
      <header className={styles.header}>
        <h1 tabIndex={-1} className={styles.name}>{call.other_name}</h1>
        <Connection snapshot={snapshot} />
        {time && <TimeLeft model={model} time={time} />}
        {isLate && call.party === 'specialist' && <Button icon="time" onPress={() => { setOpened('settings') }}>{t('call.extend')}</Button>}
      </header>
      <div className={cx(styles.middle, isWritten && styles.written)} data-chat={isChatOpen || undefined}>
        {isWritten ? <Presence snapshot={snapshot} name={call.other_name} /> : <Stage snapshot={snapshot} means={means} name={call.other_name} />}
        {isChatOpen && <Chat chat={chat} name={call.other_name} onClose={isWritten ? undefined : closeChat} />}
      </div>
      {extendedTo !== undefined && (
        <Banner tone="positive" announce actions={<Button variant="quiet" onPress={() => { setExtendedTo(undefined) }}>{t('ui.close')}</Button>}>
          {t('call.extend.until', { time: format.time(extendedTo) })}
        </Banner>
      )}
      <Notices call={call} model={model} snapshot={snapshot} />
      <Controls
        model={model} snapshot={snapshot} means={means} chatButton={chatButton} isChatOpen={isChatOpen} hasNews={!isChatOpen && chat.hasUnread}
        onChat={() => { setChatOpen(!isChatOpen) }} onSettings={() => { setOpened('settings') }}
        onLeave={() => { setOpened('leave') }}
      />
      <p className={styles.heard} role="status">{!isChatOpen && chat.hasUnread ? t('call.chat.news') : ''}</p>
      <Settings
        call={call} model={model} snapshot={snapshot} isOpen={opened === 'settings'} onClose={close}
        onCompare={() => { setOpened('compare') }}
      />
      <Compare model={model} verification={snapshot.verification} isOpen={opened === 'compare'} onClose={close} />
      <Leave
        call={call} model={model} hasBegun={time !== null && time.stage !== 'early'} isOpen={opened === 'leave'} onClose={close}
        onGo={onGo}
      />
    </div>
  )
}

/** One word on the connection; never colour alone. */
function Connection({ snapshot: { phase, quality } }: { snapshot: CallSnapshot }) {
  const t = useT()
  const state = phase.name === 'connected' ? quality.level
    : phase.name === 'reconnecting' || phase.name === 'connecting' ? phase.name
    : 'waiting'
  return (
    <p className={styles.connection} data-state={state} data-testid="connection" role="status">
      <span className={styles.bars} aria-hidden="true" />
      {t(`call.state.${state}`)}
    </p>
  )
}

interface LeaveProps {
  call: Call
  model: CallViewModel
  hasBegun: boolean
  isOpen: boolean
  onClose: () => void
  onGo: () => void
}

/** Leaving is not ending: only the specialist ends, and only what has begun. */
function Leave({ call, model, hasBegun, isOpen, onClose, onGo }: LeaveProps) {
  const t = useT()
  const end = useEnd(call.appointment_id)
  const format = useFormat()
  const mayEnd = call.party === 'specialist' && hasBegun
  // What ending makes of the consultation, by the rule of docs/calls.md.
  const meaning = call.was_other_present
    ? t('call.leave.short', { minutes: call.enough_min })
    : isPast(call.absent_from) ? t('call.leave.absent') : t('call.leave.early', { time: format.time(call.absent_from) })
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
      {mayEnd && <p>{meaning}</p>}
      {end.error && <Banner tone="danger" announce>{end.error.detail ?? t('call.problem')}</Banner>}
    </Dialog>
  )
}
