// The device check before the call: runs by itself, takes seconds, and never keeps anybody out.
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { isPast } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, Icon, LinkButton, Row, Stack, Switch, When, type IconName } from '~/ui'
import type { Call } from './CallPage'
import { Devices } from './Devices'
import type { CallSnapshot, CallViewModel, DeviceCheck } from './engine'
import { iconOf, meansOf } from './format'
import { Overdue } from './Overdue'
import { Picture } from './Picture'
import { Problems } from './Problems'
import styles from './call.module.css'

export function Lobby({ call, model, snapshot }: { call: Call; model: CallViewModel; snapshot: CallSnapshot }) {
  const t = useT()
  // Already running (InCall began it): this only gives it.
  const means = meansOf(call.format)
  const check = model.startCheck(means)
  const [camera, setCamera] = useState(means.camera)
  const [microphone, setMicrophone] = useState(means.microphone)
  const { local } = snapshot
  const turnCamera = (on: boolean) => {
    setCamera(on)
    // Off is off: the device is let go of, and its light goes out.
    void model.setCamera(on)
  }
  return (
    <div className={styles.lobby}>
      {means.camera && <div className={styles.preview}>
        <Picture stream={camera ? local.preview : null} isMirrored label={t('call.me')} />
        {(!camera || local.preview === null) && <p className={styles.noPicture}>{camera ? t(`call.camera.${local.camera}`) : t('call.camera.off')}</p>}
      </div>}
      <Stack>
        <h1 tabIndex={-1}>{t('call.lobby.title', { name: call.other_name })}</h1>
        <p><When at={call.starts_at} /></p>
        <p role="status">{call.is_other_present ? t('call.lobby.present', { name: call.other_name }) : t('call.lobby.absent', { name: call.other_name })}</p>
        {!call.is_other_present && isPast(call.ends_at) && <Overdue call={call} />}
        {!means.camera && <p>{t(means.microphone ? 'call.lobby.voice' : 'call.lobby.written')}</p>}
        {means.microphone && (
          <Stack gap={2}>
            {means.camera && <Switch label={t('call.camera')} value={camera} onChange={turnCamera} />}
            <Switch label={t('call.microphone')} value={microphone} onChange={setMicrophone} />
          </Stack>
        )}
        <CheckResults check={check} isHeard={means.microphone} />
        <Problems problems={snapshot.problems} model={model} />
        <Devices model={model} local={local} means={{ camera, microphone }} />
        <div className={styles.enter}>
          <Row><Button variant="primary" icon={iconOf(call.format)} onPress={() => { void model.join({ camera, microphone }) }}>{t('call.join')}</Button></Row>
        </div>
        <Banner tone="private">{t(means.microphone ? 'call.private' : 'call.private.written')}</Banner>
        <Row><LinkButton variant="quiet" to={call.party === 'specialist' ? '/work/day' : '/sessions'}>{t('call.back')}</LinkButton></Row>
      </Stack>
    </div>
  )
}

/** What was found, in plain sentences; the meter moves when one speaks. */
function CheckResults({ check, isHeard }: { check: DeviceCheck; isHeard: boolean }) {
  const t = useT()
  const state = useSyncExternalStore(check.store.subscribe, check.store.getSnapshot)
  const meter = useRef<HTMLSpanElement>(null)
  useEffect(() => check.subscribeLevel((level) => {
    meter.current?.style.setProperty('--level', String(Math.min(1, level * 4)))
  }), [check])
  return (
    <ul className={styles.checks}>
      {isHeard && <Result icon="audio" text={t(`call.check.microphone.${microphoneState(state)}`)}>
        <span ref={meter} className={styles.meter} aria-hidden="true" />
      </Result>}
      {isHeard && <Result icon="speaker" text={state.speaker.status === 'done' && state.speaker.result === 'failed' ? t('call.check.speaker.failed') : t('call.check.speaker')}>
        <Button variant="quiet" onPress={() => { void check.testSpeaker() }}>{t('call.check.speaker.play')}</Button>
      </Result>}
      <Result icon="link" text={t(`call.check.network.${networkState(state)}`)} />
    </ul>
  )
}

function Result({ icon, text, children }: { icon: IconName; text: string; children?: React.ReactNode }) {
  return (
    <li>
      <Icon name={icon} size={20} />
      <span role="status">{text}</span>
      {children}
    </li>
  )
}

type CheckState = ReturnType<DeviceCheck['store']['getSnapshot']>

function microphoneState({ microphone }: CheckState): 'running' | 'failed' | 'heard' | 'speak' {
  if (microphone.status !== 'done') return 'running'
  if (microphone.result.outcome === 'failed') return 'failed'
  return microphone.result.heard ? 'heard' : 'speak'
}

/** One way to the relay is enough. */
function networkState({ relay }: CheckState): 'running' | 'good' | 'bad' {
  const ways = Object.values(relay)
  if (ways.some((step) => step.status === 'done' && step.result.outcome === 'reachable')) return 'good'
  return ways.every((step) => step.status === 'done') ? 'bad' : 'running'
}
