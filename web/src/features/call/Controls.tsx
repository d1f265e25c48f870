import type { Ref } from 'react'
import { useT } from '~/i18n'
import { RoundButton } from '~/ui'
import type { CallSnapshot, CallViewModel } from './engine'
import type { Means } from './format'
import { isOwnPaused } from './Stage'
import styles from './call.module.css'

interface Props {
  model: CallViewModel
  snapshot: CallSnapshot
  means: Means
  /** Where the focus returns when the messages close. */
  chatButton: Ref<HTMLButtonElement>
  isChatOpen: boolean
  /** Messages came that were not seen. */
  hasNews: boolean
  onChat: () => void
  onSettings: () => void
  onLeave: () => void
}

/** Begins or ends showing the screen; only from a tap. */
export function turnSharing(model: CallViewModel, isSharing: boolean): void {
  if (isSharing) model.stopSharing()
  else void model.startSharing()
}

/** What one does during a call, within a thumb's reach. */
export function Controls({ model, snapshot, means, chatButton, isChatOpen, hasNews, onChat, onSettings, onLeave }: Props) {
  const t = useT()
  const { local } = snapshot
  const isPaused = isOwnPaused(snapshot)
  const isCameraOn = local.camera === 'on' || local.camera === 'starting'
  const isSharing = local.sharing !== 'off'
  const turnMicrophone = () => {
    if (local.microphone === 'failed') void model.retryMicrophone()
    else model.setMuted(!local.muted)
  }
  return (
    <div className={styles.controls} role="group" aria-label={t('call.controls')}>
      {means.microphone && (
        <RoundButton icon="audio" label={t('call.microphone')} isUsual isOn={!local.muted && local.microphone !== 'failed'} onPress={turnMicrophone} />
      )}
      {/* Paused: crossed out, because nobody sees it; marked, because it comes back by itself unless it is turned off. */}
      {means.camera && (
        <RoundButton
          icon="camera" label={t('call.camera')} isUsual isOn={isCameraOn && !isPaused} news={isPaused ? t('call.self.paused') : undefined}
          onPress={() => { void model.setCamera(!isCameraOn) }}
        />
      )}
      {means.microphone && local.canShare && (
        <div className={styles.shareHere}>
          <RoundButton icon="screen" label={t('call.share')} isOn={isSharing} onPress={() => { turnSharing(model, isSharing) }} />
        </div>
      )}
      {/* Where one writes and nothing else, the messages are the room. */}
      {means.microphone && (
        <RoundButton
          ref={chatButton} icon="chat" label={t('call.chat.short')} isOn={isChatOpen} news={hasNews ? t('call.chat.news') : undefined}
          onPress={onChat}
        />
      )}
      <RoundButton icon="settings" label={t('call.more')} onPress={onSettings} />
      <RoundButton icon="door" label={t('call.leave')} isExit onPress={onLeave} />
    </div>
  )
}
