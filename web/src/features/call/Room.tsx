// In the room: the other large, oneself small (or the messages alone), a header that tells the truth about time and connection, and few controls.
import { useEffect, useRef, useState } from 'react'
import { useT } from '~/i18n'
import { Button, cx, Icon, useBack } from '~/ui'
import type { Call } from './CallPage'
import { Chat } from './Chat'
import { useChat } from './chat'
import { Compare } from './Compare'
import { Controls } from './Controls'
import type { CallSnapshot, CallViewModel } from './engine'
import { Extended } from './Extended'
import { meansOf } from './format'
import { Leave } from './Leave'
import { Notices } from './Notices'
import { Settings } from './Settings'
import { Presence, Stage } from './Stage'
import { TimeLeft } from './TimeLeft'
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
  const isLate = time?.stage === 'ending' || time?.stage === 'overtime'
  useEffect(() => { document.querySelector<HTMLElement>('h1')?.focus() }, [])
  return (
    <div className={styles.room}>
      <header className={styles.header}>
        <h1 tabIndex={-1} className={styles.name}>{call.other_name}</h1>
        <Connection snapshot={snapshot} />
        {isCompared(snapshot) && <p className={styles.compared}><Icon name="safety" size={20} /><span>{t('call.compare.done')}</span></p>}
        {time && <TimeLeft model={model} time={time} />}
        {isLate && call.party === 'specialist' && <Button icon="time" onPress={() => { setOpened('settings') }}>{t('call.extend')}</Button>}
      </header>
      <div className={cx(styles.middle, isWritten && styles.written)} data-chat={isChatOpen || undefined}>
        {isWritten ? <Presence snapshot={snapshot} name={call.other_name} /> : <Stage snapshot={snapshot} means={means} name={call.other_name} />}
        {isChatOpen && <Chat chat={chat} name={call.other_name} onClose={isWritten ? undefined : closeChat} />}
      </div>
      {call.party === 'employee' && <Extended appointment={call.appointment_id} />}
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

/** The person has compared the words of this very connection, and found them the same. */
const isCompared = ({ verification }: CallSnapshot) => verification.status === 'ready' && verification.confirmed

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
