import { useT } from '~/i18n'
import { Banner, Button } from '~/ui'
import type { CallSnapshot, CallViewModel } from './engine'
import { Problems } from './Problems'
import styles from './call.module.css'

interface Props {
  model: CallViewModel
  snapshot: CallSnapshot
  name: string
}

/** What is not as usual now, each in one sentence with its reason. */
export function Notices({ model, snapshot, name }: Props) {
  const t = useT()
  const { audioOnly, local, phase, problems, quality } = snapshot
  const isPoor = phase.name === 'connected' && (quality.heldBackBy === 'network' || quality.heldBackBy === 'peer')
  return (
    <div className={styles.notices}>
      <Problems problems={problems} model={model} />
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
