// In the room: the other large, oneself small, a header that tells the truth about time and connection, and few controls.
import { useEffect, useState } from 'react'
import { useT, useLang } from '~/i18n'
import { Banner, Button, Confirm, cx, Dialog, Icon, Stack } from '~/ui'
import type { Call } from './CallPage'
import { Controls } from './Controls'
import type { CallProblem, CallSnapshot, CallViewModel } from './engine'
import { Picture } from './Picture'
import { TimeLeft } from './TimeLeft'
import { useEnd } from './commands'
import styles from './call.module.css'

interface Props {
  call: Call
  model: CallViewModel
  snapshot: CallSnapshot
  onGo: () => void
}

export function Room({ call, model, snapshot, onGo }: Props) {
  const t = useT()
  const { remote, local, phase } = snapshot
  const [isLeaving, setLeaving] = useState(false)
  const [isComparing, setComparing] = useState(false)
  const end = useEnd(call.appointment_id)
  const name = call.other_name
  const showsFace = remote.stream !== null && remote.camera === 'on'
  useEffect(() => { document.querySelector<HTMLElement>('h1')?.focus() }, [])
  return (
    <div className={styles.room}>
      <header className={styles.header}>
        <h1 tabIndex={-1} className={styles.name}>{name}</h1>
        <Connection snapshot={snapshot} />
        {snapshot.time && <TimeLeft model={model} time={snapshot.time} />}
      </header>
      <div className={styles.stage}>
        {remote.sharing && remote.screen ? <Picture stream={remote.screen} label={t('call.screenOf', { name })} isWhole /> : null}
        <div className={cx(styles.face, remote.sharing && styles.beside)} data-testid="remote">
          <Picture stream={remote.stream} label={name} />
          {!showsFace && <p className={styles.noPicture}>{faceText(t, snapshot, name)}</p>}
        </div>
        <div className={styles.self} data-testid="self">
          <Picture stream={local.preview} label={t('call.me')} isMuted isMirrored={local.facing === 'user'} />
          {local.preview === null && <p className={styles.noPicture}><Icon name="video" /> {t('call.camera.off')}</p>}
        </div>
      </div>
      <Problems problems={snapshot.problems} />
      {snapshot.quality.sending === 'audio_only' && snapshot.quality.heldBackBy === 'network' && phase.name === 'connected' && (
        <Banner announce>{t('call.quality.audioOnly')}</Banner>
      )}
      <Controls call={call} model={model} snapshot={snapshot} onLeave={() => { setLeaving(true) }} onCompare={() => { setComparing(true) }} />
      <Dialog title={t('call.leave.title')} isOpen={isLeaving} onClose={() => { setLeaving(false) }}
        actions={<>
          <Button variant="primary" onPress={() => { model.leave(); onGo() }}>{t('call.leave.go')}</Button>
          {call.party === 'specialist' && (
            <Button isPending={end.isPending} onPress={() => { end.mutate(undefined, { onSuccess: () => { model.finish() } }) }}>{t('call.leave.end')}</Button>
          )}
        </>}>
        <p>{call.party === 'specialist' ? t('call.leave.specialist') : t('call.leave.employee')}</p>
        {end.error && <Banner tone="danger" announce>{end.error.detail ?? t('call.problem')}</Banner>}
      </Dialog>
      <Compare model={model} snapshot={snapshot} isOpen={isComparing} onClose={() => { setComparing(false) }} />
    </div>
  )
}

type T = ReturnType<typeof useT>

/** Why there is no face, truthfully. */
function faceText(t: T, { phase, peer, remote }: CallSnapshot, name: string): string {
  if (phase.name === 'connecting') return t('call.wait.connecting', { name })
  if (phase.name === 'reconnecting') return t('call.wait.reconnecting')
  if (phase.name === 'waiting') {
    if (peer === 'left') return t('call.wait.left', { name })
    if (peer === 'away') return t('call.wait.away', { name })
    return t('call.wait.nobody', { name })
  }
  if (remote.camera === 'paused') return t('call.remote.paused', { name })
  if (remote.camera === 'lost') return t('call.remote.lost', { name })
  return t('call.remote.noCamera', { name })
}

/** One word on the connection; never colour alone. */
function Connection({ snapshot: { phase, quality } }: { snapshot: CallSnapshot }) {
  const t = useT()
  const state = phase.name === 'connected' ? quality.level : phase.name === 'reconnecting' ? 'reconnecting' : phase.name === 'connecting' ? 'connecting' : 'waiting'
  return (
    <p className={styles.connection} data-state={state} data-testid="connection" role="status">
      <span className={styles.bars} aria-hidden="true" />
      {t(`call.state.${state}`)}
    </p>
  )
}

/** The gravest problem first; one sentence each, at most two at a time. */
function Problems({ problems }: { problems: readonly CallProblem[] }) {
  const t = useT()
  return (
    <div className={styles.problems}>
      {problems.slice(0, 2).map((problem) => (
        <Banner key={problem} tone={problem === 'verification_mismatch' ? 'danger' : 'notice'} announce>{t(`call.problem.${problem}`)}</Banner>
      ))}
    </div>
  )
}

/** The words both people compare: equal on both screens when nobody sits between them. */
function Compare({ model, snapshot: { verification }, isOpen, onClose }: { model: CallViewModel; snapshot: CallSnapshot; isOpen: boolean; onClose: () => void }) {
  const t = useT()
  const lang = useLang()
  return (
    <Confirm title={t('call.compare.title')} confirm={t('call.compare.same')} isOpen={isOpen} onClose={onClose}
      onConfirm={() => { model.confirmVerification(); onClose(); return undefined }}>
      <Stack>
        <p>{t('call.compare.text')}</p>
        {verification.status === 'ready' ? (
          <>
            <ol className={styles.words} data-testid="words">{verification.code.words[lang].map((word) => <li key={word}>{word}</li>)}</ol>
            <p className={styles.digits} data-tabular>{verification.code.digits.join(' ')}</p>
            {verification.changed && <Banner tone="notice">{t('call.compare.changed')}</Banner>}
          </>
        ) : <p>{verification.status === 'mismatch' ? t('call.problem.verification_mismatch') : t('call.compare.pending')}</p>}
      </Stack>
    </Confirm>
  )
}
