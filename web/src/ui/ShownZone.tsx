import { useT } from '~/i18n'
import { useZoneName } from '~/i18n/zones'
import { Muted } from './Layout'

/** In whose clock a screen full of times is to be read; `at` decides between summer and winter. */
export function ShownZone({ zone, at }: { zone: string; at: string | Date }) {
  const t = useT()
  const name = useZoneName()
  return <Muted small>{t('ui.zone.shown', { zone: name(zone, at) })}</Muted>
}
