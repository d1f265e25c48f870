import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button, Dialog, Muted, Row, Stack, Switch } from '~/ui'
import type { Call } from './CallPage'
import { useExtend } from './commands'
import { turnSharing } from './Controls'
import { Devices } from './Devices'
import type { CallSnapshot, CallViewModel } from './engine'
import { meansOf } from './format'
import styles from './call.module.css'

interface Props {
  call: Call
  model: CallViewModel
  snapshot: CallSnapshot
  isOpen: boolean
  onClose: () => void
  onCompare: () => void
}

/** What is needed once in a while: devices, sound alone, a new connection, the words, more time. */
export function Settings({ call, model, snapshot, isOpen, onClose, onCompare }: Props) {
  const t = useT()
  const { local, verification } = snapshot
  const isSharing = local.sharing !== 'off'
  const means = meansOf(call.format)
  return (
    <Dialog title={t('call.settings')} isOpen={isOpen} onClose={onClose}>
      <Stack>
        {means.camera && (
          <Switch
            label={t('call.audioOnly')} hint={t('call.audioOnly.hint')} value={snapshot.audioOnly}
            onChange={(on) => { void model.setAudioOnly(on) }}
          />
        )}
        <Devices model={model} local={local} means={means} />
        {means.microphone && local.canShare && (
          <div className={styles.shareThere}>
            <Button icon="screen" onPress={() => { onClose(); turnSharing(model, isSharing) }}>
              {isSharing ? t('call.share.stop') : t('call.share.start')}
            </Button>
          </div>
        )}
        <Row>
          {means.microphone && <Button icon="safety" onPress={() => { onClose(); onCompare() }}>{t('call.compare.title')}</Button>}
          <Button icon="refresh" onPress={() => { model.retryNow() }}>{t('call.retry')}</Button>
        </Row>
        {verification.status === 'ready' && verification.confirmed && <Muted small>{t('call.compare.done')}</Muted>}
        {call.party === 'specialist' && <Extend call={call} model={model} />}
      </Stack>
    </Dialog>
  )
}

const STEPS_MIN = [5, 10, 15] as const

/** The specialist goes on a little longer, if both are free. */
function Extend({ call, model }: Pick<Props, 'call' | 'model'>) {
  const t = useT()
  const format = useFormat()
  const extend = useExtend(call.appointment_id)
  return (
    <Stack gap={2}>
      <p>{t('call.extend.lead')}</p>
      <Row>
        {STEPS_MIN.map((minutes) => (
          <Button
            key={minutes} isPending={extend.isPending && extend.variables === minutes}
            onPress={() => { extend.mutate(minutes, { onSuccess: () => { model.announceExtension() } }) }}
          >
            {t('call.extend.by', { minutes })}
          </Button>
        ))}
      </Row>
      {extend.data && <Banner tone="positive" announce>{t('call.extend.until', { time: format.time(extend.data.ends_at) })}</Banner>}
      {extend.error && <Banner tone="notice" announce>{extend.error.detail ?? t('call.problem')}</Banner>}
    </Stack>
  )
}
