import { useT } from '~/i18n'
import { nowMs } from '~/i18n/clock'
import { commonZones, offsetOf, useZoneName } from '~/i18n/zones'
import { ComboBox } from './ComboBox'
import type { FieldProps } from './Field'

interface ZoneFieldProps extends FieldProps {
  value: string
  onChange: (zone: string) => void
}

/** The zone of a person's clock: those of our countries by their cities, the chosen one, and the device's own. */
export function ZoneField({ value, onChange, ...props }: ZoneFieldProps) {
  const t = useT()
  const name = useZoneName()
  const now = new Date(nowMs())
  const ids = [...new Set<string>([value, Intl.DateTimeFormat().resolvedOptions().timeZone, ...commonZones])]
  const options = ids.map((id) => {
    const offset = `UTC${offsetOf(id, now)}`
    // The capital looks for itself; elsewhere one city names the zone.
    const city = id === 'Asia/Almaty' ? t('zones.almaty.cities') : name(id, now)
    return { id, label: city.includes(offset) ? city : `${city} (${offset})` }
  })
  return <ComboBox {...props} options={options} value={value} onChange={(zone) => { if (zone !== null) onChange(zone) }} />
}
