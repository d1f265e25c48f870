import type { Ref } from 'react'
import { useT } from '~/i18n'
import { RoundButton } from '~/ui'
import type { CallSnapshot, CallViewModel } from './engine'
import styles from './call.module.css'

interface Props {
  model: CallViewModel
  snapshot: CallSnapshot
  /** Where the focus returns when the messages close. */
  chatButton: Ref<HTMLButtonElement>
  isChatOpen: boolean
  /** Messages came that were not seen. */
  hasNews: boolean
  onChat: () => void
  onSettings: () => void
  onLeave: () => void
}

/** What one does during a call, within a thumb's reach. */
export function Controls({ model, snapshot, chatButton, isChatOpen, hasNews, onChat, onSettings, onLeave }: Props) {
  const t = useT()
  const { local } = snapshot
  const isCameraOn = local.camera === 'on' || local.camera === 'starting'
  const isSharing = local.sharing !== 'off'
  const turnMicrophone = () => {
    if (local.microphone === 'failed') void model.retryMicrophone()
    model.setMuted(!local.muted)
  }
  return (
    <div className={styles.controls} role="group" aria-label={t('call.controls')}>
      <RoundButton icon="audio" label={t('call.microphone')} isUsual isOn={!local.muted && local.microphone !== 'failed'} onPress={turnMicrophone} />
      <RoundButton icon="camera" label={t('call.camera')} isUsual isOn={isCameraOn} onPress={() => { void model.setCamera(!isCameraOn) }} />
      {local.canShare && (
        <RoundButton
          icon="screen" label={t('call.share')} isOn={isSharing}
          onPress={() => { if (isSharing) model.stopSharing(); else void model.startSharing() }}
        />
      )}
      <RoundButton
        ref={chatButton} icon="chat" label={t('call.chat')} isOn={isChatOpen} news={hasNews ? t('call.chat.news') : undefined}
        onPress={onChat}
      />
      <RoundButton icon="settings" label={t('call.more')} onPress={onSettings} />
      <RoundButton icon="door" label={t('call.leave')} isExit onPress={onLeave} />
    </div>
  )
}
