import { useState } from 'react'
import { useT } from '~/i18n'
import { Banner, Button, Dialog, IconButton, Row, Select, Stack, Switch } from '~/ui'
import type { Call } from './CallPage'
import { useExtend } from './commands'
import type { CallSnapshot, CallViewModel } from './engine'
import styles from './call.module.css'

interface Props {
  call: Call
  model: CallViewModel
  snapshot: CallSnapshot
  onLeave: () => void
  onCompare: () => void
}

export function Controls({ call, model, snapshot, onLeave, onCompare }: Props) {
  const t = useT()
  const { local, audioOnly } = snapshot
  const [isOpen, setOpen] = useState(false)
  const isCameraOn = local.camera === 'on' || local.camera === 'starting'
  return (
    <div className={styles.controls} role="toolbar" aria-label={t('call.controls')}>
      <Button icon="audio" aria-pressed={!local.muted} variant={local.muted ? 'secondary' : 'primary'} onPress={() => { model.setMuted(!local.muted) }}>
        {local.muted ? t('call.unmute') : t('call.mute')}
      </Button>
      <Button icon="camera" aria-pressed={isCameraOn} variant={isCameraOn ? 'primary' : 'secondary'} onPress={() => { void model.setCamera(!isCameraOn) }}>
        {isCameraOn ? t('call.camera.stop') : t('call.camera.start')}
      </Button>
      {local.canShare && (
        <Button icon="upload" aria-pressed={local.sharing === 'on'} onPress={() => { if (local.sharing === 'on') model.stopSharing(); else void model.startSharing() }}>
          {local.sharing === 'on' ? t('call.share.stop') : t('call.share.start')}
        </Button>
      )}
      <IconButton icon="settings" label={t('call.more')} onPress={() => { setOpen(true) }} />
      <Button icon="door" variant="danger" onPress={onLeave}>{t('call.leave')}</Button>
      <Dialog title={t('call.more')} isOpen={isOpen} onClose={() => { setOpen(false) }}>
        <Stack>
          <Switch label={t('call.audioOnly')} value={audioOnly} onChange={(on) => { void model.setAudioOnly(on) }} />
          {local.microphones.length > 1 && (
            <Select label={t('call.microphone.which')} options={local.microphones.map((d) => ({ id: d.id, label: d.label }))} value={local.microphoneId}
              onChange={(id: string) => { void model.chooseMicrophone(id) }} />
          )}
          {local.cameras.length > 1 && (
            <Select label={t('call.camera.which')} options={local.cameras.map((d) => ({ id: d.id, label: d.label }))} value={local.cameraId}
              onChange={(id: string) => { void model.chooseCamera(id) }} />
          )}
          <Row>
            <Button icon="refresh" onPress={() => { model.retryNow() }}>{t('call.retry')}</Button>
            <Button icon="safety" onPress={() => { setOpen(false); onCompare() }}>{t('call.compare.title')}</Button>
          </Row>
          {call.party === 'specialist' && <Extend call={call} model={model} />}
        </Stack>
      </Dialog>
    </div>
  )
}

/** The specialist goes on a little longer, if both are free. */
function Extend({ call, model }: { call: Call; model: CallViewModel }) {
  const t = useT()
  const extend = useExtend(call.appointment_id)
  return (
    <Stack gap={2}>
      <p>{t('call.extend.lead')}</p>
      <Row>
        {[5, 10, 15].map((minutes) => (
          <Button key={minutes} isPending={extend.isPending && extend.variables === minutes}
            onPress={() => { extend.mutate(minutes, { onSuccess: () => { model.announceExtension() } }) }}>
            {t('call.extend.by', { minutes })}
          </Button>
        ))}
      </Row>
      {extend.isSuccess && <Banner tone="positive" announce>{t('call.extend.done')}</Banner>}
      {extend.error && <Banner tone="notice" announce>{extend.error.detail ?? t('call.problem')}</Banner>}
    </Stack>
  )
}
