// The device check before the call: runs by itself, takes seconds, and never keeps anybody out.
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useT } from '~/i18n'
import { Banner, Button, Icon, Row, Select, Stack, Switch, When } from '~/ui'
import type { Call } from './CallPage'
import type { CallSnapshot, CallViewModel, DeviceCheck } from './engine'
import { Picture } from './Picture'
import styles from './call.module.css'

export function Lobby({ call, model, snapshot }: { call: Call; model: CallViewModel; snapshot: CallSnapshot }) {
  const t = useT()
  // Already running (InCall began it): this only gives it.
  const check = model.startCheck()
  const [camera, setCamera] = useState(call.format === 'video')
  const [microphone, setMicrophone] = useState(call.format !== 'chat')
  const { local } = snapshot
  return (
    <div className={styles.lobby}>
      <div className={styles.preview}>
        <Picture stream={camera ? local.preview : null} isMuted isMirrored label={t('call.me')} />
        {(!camera || local.preview === null) && <p className={styles.noPicture}>{camera ? t(`call.camera.${local.camera}`) : t('call.camera.off')}</p>}
      </div>
      <Stack>
        <h1 tabIndex={-1}>{t('call.lobby.title', { name: call.other_name })}</h1>
        <p><When at={call.starts_at} /></p>
        <p role="status">{call.is_other_present ? t('call.lobby.present', { name: call.other_name }) : t('call.lobby.absent', { name: call.other_name })}</p>
        <Stack gap={2}>
          <Switch label={t('call.camera')} value={camera} onChange={setCamera} />
          <Switch label={t('call.microphone')} value={microphone} onChange={setMicrophone} />
        </Stack>
        <CheckResults check={check} />
        {local.microphones.length > 1 && (
          <Select label={t('call.microphone.which')} options={local.microphones.map((d) => ({ id: d.id, label: d.label }))} value={local.microphoneId}
            onChange={(id: string) => { void model.chooseMicrophone(id) }} />
        )}
        {local.cameras.length > 1 && (
          <Select label={t('call.camera.which')} options={local.cameras.map((d) => ({ id: d.id, label: d.label }))} value={local.cameraId}
            onChange={(id: string) => { void model.chooseCamera(id) }} />
        )}
        <Row>
          <Button variant="primary" icon="video" onPress={() => { void model.join({ camera, microphone }) }}>{t('call.join')}</Button>
        </Row>
        <Banner tone="private">{t('call.private')}</Banner>
      </Stack>
    </div>
  )
}

/** What was found, in plain sentences; the meter moves when one speaks. */
function CheckResults({ check }: { check: DeviceCheck }) {
  const t = useT()
  const state = useSyncExternalStore(check.store.subscribe, check.store.getSnapshot)
  const meter = useRef<HTMLSpanElement>(null)
  useEffect(() => check.subscribeLevel((level) => {
    meter.current?.style.setProperty('--level', String(Math.min(1, level * 4)))
  }), [check])
  const microphone = state.microphone.status === 'done' ? state.microphone.result : null
  const relays = Object.values(state.relay)
  const isRelayKnown = relays.every((step) => step.status === 'done')
  const isReached = relays.some((step) => step.status === 'done' && step.result.outcome === 'reachable')
  return (
    <ul className={styles.checks}>
      <li>
        <Icon name="audio" size={20} />
        <span>{microphone === null ? t('call.check.microphone.running') : microphone.outcome === 'failed' ? t('call.check.microphone.failed') : microphone.heard ? t('call.check.microphone.heard') : t('call.check.microphone.speak')}</span>
        <span ref={meter} className={styles.meter} aria-hidden="true" />
      </li>
      <li>
        <Icon name="bell" size={20} />
        <span>{state.speaker.status === 'done' && state.speaker.result === 'failed' ? t('call.check.speaker.failed') : t('call.check.speaker')}</span>
        <Button variant="quiet" onPress={() => { void check.testSpeaker() }}>{t('call.check.speaker.play')}</Button>
      </li>
      <li>
        <Icon name="link" size={20} />
        <span role="status">{isReached ? t('call.check.network.good') : isRelayKnown ? t('call.check.network.bad') : t('call.check.network.running')}</span>
      </li>
    </ul>
  )
}
