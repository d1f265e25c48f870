import { useT } from '~/i18n'
import { Select } from '~/ui'
import type { CallSnapshot, CallViewModel } from './engine'
import type { Means } from './format'

/** Which microphone and camera: asked only where one is needed and there is a choice. */
export function Devices({ model, local, means }: { model: CallViewModel; local: CallSnapshot['local']; means: Means }) {
  const t = useT()
  return (
    <>
      {means.microphone && local.microphones.length > 1 && (
        <Select
          label={t('call.microphone.which')} options={local.microphones.map(({ id, label }) => ({ id, label }))} value={local.microphoneId}
          onChange={(id: string) => { void model.chooseMicrophone(id) }}
        />
      )}
      {means.camera && local.cameras.length > 1 && (
        <Select
          label={t('call.camera.which')} options={local.cameras.map(({ id, label }) => ({ id, label }))} value={local.cameraId}
          onChange={(id: string) => { void model.chooseCamera(id) }}
        />
      )}
    </>
  )
}
