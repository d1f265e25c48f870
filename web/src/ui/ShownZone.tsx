import { useT } from '~/i18n'
import { nowMs } from '~/i18n/clock'
import { useFormat, useOwnZone } from '~/i18n/format'
import { useZoneName } from '~/i18n/zones'
import { Muted } from './Layout'

/** In whose clock a screen full of times is to be read; `at` decides between summer and winter. */
export function ShownZone({ zone, at }: { zone: string; at: string | Date }) {
  const t = useT()
  const name = useZoneName()
  return <Muted small>{t('ui.zone.shown', { zone: name(zone, at) })}</Muted>
}

/** In whose clock the times are, where it is not the clock on the wall: one travels, or the account has another zone. */
export function OwnZone() {
  const zone = useOwnZone()
  const format = useFormat()
  const now = new Date(nowMs())
  return format.sameClock(Intl.DateTimeFormat().resolvedOptions().timeZone, now) ? null : <ShownZone zone={zone} at={now} />
}
