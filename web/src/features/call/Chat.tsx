import { useEffect, useRef, useState } from 'react'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, cx, IconButton, Linked, Muted, TextArea, useProblemText } from '~/ui'
import type { Message, useChat } from './chat'
import styles from './call.module.css'

const MESSAGE_MAX = 4000

interface Props {
  chat: ReturnType<typeof useChat>
  name: string
  /** Absent where the messages are the whole consultation. */
  onClose?: (() => void) | undefined
}

/** Writing: beside the talk, or the consultation itself. */
export function Chat({ chat, name, onClose }: Props) {
  const t = useT()
  return (
    <aside className={styles.chat} aria-label={t('call.chat')}>
      <header className={styles.chatHeader}>
        <h2>{t('call.chat')}</h2>
        {onClose && <IconButton icon="close" label={t('call.chat.close')} onPress={onClose} />}
      </header>
      <Said messages={chat.messages} name={name} />
      <Write chat={chat} name={name} />
    </aside>
  )
}

function Said({ messages, name }: { messages: readonly Message[]; name: string }) {
  const t = useT()
  const format = useFormat()
  const log = useRef<HTMLDivElement>(null)
  const newest = messages.at(-1)?.id
  useEffect(() => { log.current?.scrollTo({ top: log.current.scrollHeight }) }, [newest])
  return (
    <div className={styles.saidFrame}>
      {messages.length === 0 && <Muted>{t('call.chat.empty')}</Muted>}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by the keyboard */}
      <div ref={log} className={styles.saidLog} role="log" tabIndex={0} aria-label={t('call.chat.with', { name })} hidden={messages.length === 0}>
        <ol className={styles.said}>
          {messages.map((message) => (
            <li key={message.id} className={cx(styles.message, message.is_mine && styles.mine)}>
              <span className={styles.heard}>{message.is_mine ? t('call.me') : name}</span>
              <p><Linked text={message.text} /></p>
              <time dateTime={message.sent_at}>{format.time(message.sent_at)}</time>
            </li>
          ))}
        </ol>
      </div>
    </div>
  )
}

/** What is typed stays until the server has it. */
function Write({ chat: { send, isReady }, name }: Pick<Props, 'chat' | 'name'>) {
  const t = useT()
  const problem = useProblemText()
  const [text, setText] = useState('')
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => { form.current?.querySelector('textarea')?.focus() }, [])
  const submit = () => {
    if (text.trim() === '' || send.isPending) return
    send.mutate(text, { onSuccess: () => { setText((now) => (now === text ? '' : now)) } })
  }
  return (
    <form ref={form} className={styles.write} onSubmit={(event) => { event.preventDefault(); submit() }}>
      {send.error && <Banner tone="danger" announce>{send.error.errors[0]?.detail ?? problem(send.error)}</Banner>}
      <div className={styles.writeRow}>
        <TextArea label={t('call.chat.text', { name })} rows={2} maxLength={MESSAGE_MAX} value={text} onChange={setText} onSend={submit} />
        <IconButton
          type="submit" variant="primary" icon="send" label={t('call.chat.send')} isPending={send.isPending}
          isDisabled={!isReady || text.trim() === ''}
        />
      </div>
      <Muted small>{t('call.chat.kept')}</Muted>
    </form>
  )
}
