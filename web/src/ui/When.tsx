import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { useZoneName } from '~/i18n/zones'
import styles from './When.module.css'

interface Props {
  /** RFC 3339 instant. */
  at: string
  /** How much to tell: «Сегодня, 19:00», the same inside a sentence, the time alone, the date alone, or a table's stamp. */
  show?: 'moment' | 'momentInText' | 'time' | 'date' | 'stamp'
  /** The other person's zone: its time is told too when the clocks differ. */
  otherZone?: string
  /** Whose time that is, e.g. "specialist". */
  who?: string
}

/** A moment in the person's own zone first; the other's is named when it differs. */
export function When({ at, show = 'moment', otherZone, who }: Props) {
  const t = useT()
  const format = useFormat()
  const zoneName = useZoneName()
  const differs = otherZone !== undefined && !format.sameClock(otherZone, at)
  return (
    <span className={styles.when}>
      {/* A moment in words may break between them; a time or a table's stamp stays whole. */}
      <time dateTime={at} data-tabular={show === 'time' || show === 'stamp' || undefined}>{format[show](at)}</time>
      {differs && (
        <span className={styles.other}>
          {who === undefined
            ? t('common.thereTime', { time: format.moment(at, otherZone), zone: zoneName(otherZone, at) })
            : t('common.thereTimeOf', { who, time: format.momentInText(at, otherZone), zone: zoneName(otherZone, at) })}
        </span>
      )}
    </span>
  )
}

/** `19:00–19:50`, of one day. */
export function Span({ from, to }: { from: string; to: string }) {
  const format = useFormat()
  return <time dateTime={from} data-tabular>{format.span(from, to)}</time>
}

/** Integer minor units (kopecks, tiyn) and ISO 4217 code. */
export function Money({ minor, currency }: { minor: number; currency: string }) {
  const format = useFormat()
  return <span data-tabular>{format.money(minor, currency)}</span>
}
