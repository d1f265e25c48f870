import { useT } from '~/i18n'
import { Banner, Button } from '~/ui'
import type { Call } from './CallPage'
import type { CallSnapshot, CallViewModel } from './engine'
import { Overdue } from './Overdue'
import { Problems } from './Problems'
import styles from './call.module.css'

interface Props {
  call: Call
  model: CallViewModel
  snapshot: CallSnapshot
}

/** What is not as usual now, each in one sentence with its reason. */
export function Notices({ call, model, snapshot }: Props) {
  const t = useT()
  const { audioOnly, local, phase, problems, quality, time } = snapshot
  const { other_name: name } = call
  const isPoor = phase.name === 'connected' && (quality.heldBackBy === 'network' || quality.heldBackBy === 'peer')
  return (
    <div className={styles.notices}>
      <Problems problems={problems} model={model} />
      {phase.name === 'waiting' && time?.stage === 'overtime' && <Overdue call={call} />}
      {audioOnly && (
        <Banner announce actions={<Button onPress={() => { void model.setAudioOnly(false) }}>{t('call.chosen.back')}</Button>}>
          {t('call.chosen.mine')}
        </Banner>
      )}
      {phase.name === 'connected' && quality.heldBackBy === 'peer_choice' && local.camera === 'on' && (
        <Banner announce>{t('call.chosen.theirs', { name })}</Banner>
      )}
      {isPoor && quality.sending === 'audio_only' && <Banner announce>{t('call.quality.audioOnly')}</Banner>}
      {isPoor && quality.sending === 'reduced' && quality.isCameraPaused && <Banner announce>{t('call.quality.screenOnly')}</Banner>}
      {local.sharing === 'on' && phase.name === 'connected' && (
        <Banner announce>{quality.isScreenPaused ? t('call.share.paused') : t('call.share.shown', { name })}</Banner>
      )}
    </div>
  )
}
