import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Autosaver, type SavedText } from './autosave'
import styles from './Autosave.module.css'
import { Banner } from './Banner'
import { Button } from './Button'
import { Icon } from './Icon'
import { useProblemText } from './problem-text'
import { TextArea } from './TextField'

interface Props {
  label: string
  hint?: ReactNode
  placeholder?: string
  start: SavedText
  maxLength: number
  rows?: number
  /** Who can read it: stands beside "saved". */
  readers: string
  save: (text: string, version: number, key: string) => Promise<{ version: number; updated_at: string }>
  /** Asks for the version of another window, when there is one. */
  reload: () => Promise<SavedText>
}

/** A text area without a button: what is typed is on the server a moment later, and the line below says so. */
export function AutosavedText({ label, hint, placeholder, start, maxLength, rows = 8, readers, save, reload }: Props) {
  const t = useT()
  const [saver] = useState(() => new Autosaver(start, save))
  const state = useSyncExternalStore(saver.subscribe, saver.state)
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => { if (saver.isUnsaved) event.preventDefault() }
    const hide = () => { saver.flush() }
    addEventListener('beforeunload', warn)
    document.addEventListener('visibilitychange', hide)
    return () => {
      removeEventListener('beforeunload', warn)
      document.removeEventListener('visibilitychange', hide)
      saver.flush()
    }
  }, [saver])
  return (
    <div className={styles.frame}>
      {state.status === 'conflict' && (
        <Conflict
          otherAt={state.otherAt}
          onMine={() => { saver.keepMine() }}
          onOther={() => reload().then((other) => { saver.takeOther(other) }, () => undefined)}
        />
      )}
      <TextArea
        label={label} hint={hint} placeholder={placeholder} rows={rows} maxLength={maxLength}
        value={state.text} onChange={(text) => { saver.type(text) }} onBlur={() => { saver.flush() }}
      />
      <p className={styles.line}>
        <Icon name="lock" size={16} />
        <span role="status"><Told state={state} /></span>
        <span>{readers}</span>
        {state.status === 'failed' && <Button variant="quiet" onPress={() => { saver.flush() }}>{t('ui.retry')}</Button>}
      </p>
    </div>
  )
}

function Told({ state }: { state: ReturnType<Autosaver['state']> }) {
  const t = useT()
  const format = useFormat()
  const text = useProblemText()
  if (state.status === 'failed' && state.problem !== null) return <>{t('ui.autosave.failed', { why: state.problem.errors[0]?.detail ?? text(state.problem) })}</>
  if (state.status === 'saving' || state.status === 'typing') return <>{t('ui.autosave.saving')}</>
  if (state.status === 'conflict') return <>{t('ui.autosave.waiting')}</>
  return <>{state.savedAt === null ? t('ui.autosave.empty') : t('ui.autosave.saved', { time: format.momentInText(state.savedAt) })}</>
}

function Conflict({ otherAt, onMine, onOther }: { otherAt: string | null; onMine: () => void; onOther: () => Promise<unknown> }) {
  const t = useT()
  const format = useFormat()
  const [isPending, setPending] = useState(false)
  const take = () => {
    setPending(true)
    void onOther().finally(() => { setPending(false) })
  }
  return (
    <Banner
      tone="notice" announce title={t('ui.autosave.conflict')}
      actions={<><Button isPending={isPending} onPress={take}>{t('ui.autosave.takeOther')}</Button><Button onPress={onMine}>{t('ui.autosave.keepMine')}</Button></>}
    >
      {t('ui.autosave.conflictText', { time: otherAt === null ? '' : format.momentInText(otherAt) })}
    </Banner>
  )
}
