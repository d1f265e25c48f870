// Free times to choose from, day by day in the person's own zone.
import { useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { useT } from '~/i18n'
import { civilDateOf, useFormat, useOwnZone } from '~/i18n/format'
import { cx } from './cx'
import { Button as KitButton } from './Button'
import { Row, Stack } from './Layout'
import { LoadMore } from './Filters'
import styles from './TimesByDay.module.css'

interface Props {
  /** RFC 3339 instants, ascending. */
  starts: readonly string[]
  onPick: (start: string) => void
  chosen?: string | undefined
  /** How many days are shown before somebody asks for more. */
  atFirst?: number
}

/** How many days are added by each "more". */
const DAYS = 5

/** By the person's own calendar, in order. */
function byDay(starts: readonly string[], zone: string): [date: string, times: string[]][] {
  const days = new Map<string, string[]>()
  for (const start of starts) {
    const date = civilDateOf(new Date(start), zone)
    days.set(date, [...(days.get(date) ?? []), start])
  }
  return [...days]
}

export function TimesByDay({ starts, onPick, chosen, atFirst = DAYS }: Props) {
  const format = useFormat()
  const zone = useOwnZone()
  const [shown, setShown] = useState(atFirst)
  const days = byDay(starts, zone)
  return (
    <Stack gap={5}>
      {days.slice(0, shown).map(([date, times]) => (
        <Day key={date} name={format.dayHeading(times[0] ?? '')} starts={times} onPick={onPick} chosen={chosen} />
      ))}
      {days.length > shown && <LoadMore onPress={() => { setShown(shown + DAYS) }} />}
    </Stack>
  )
}

/** A day that is open from morning to night would push everything else away: its beginning is enough until somebody asks. */
const MANY = 16
const FEW = 12

function Day({ name, starts, onPick, chosen }: Props & { name: string }) {
  const t = useT()
  const [isWhole, setWhole] = useState(false)
  const isLong = starts.length > MANY && !isWhole
  return (
    <Stack gap={2}>
      <h3>{name}</h3>
      <Times starts={isLong ? starts.slice(0, FEW) : starts} onPick={onPick} chosen={chosen} />
      {isLong && <Row><KitButton variant="quiet" icon="down" aria-label={`${t('ui.wholeDay')}: ${name}`} onPress={() => { setWhole(true) }}>{t('ui.wholeDay')}</KitButton></Row>}
    </Stack>
  )
}

/** The same, for a card: a few times under a small name of their day. */
export function NextTimes({ starts, onPick }: Props) {
  const format = useFormat()
  const zone = useOwnZone()
  return (
    <Stack gap={3}>
      {byDay(starts, zone).map(([date, times]) => (
        <div key={date} className={styles.day}>
          <p className={styles.name} aria-hidden="true">{format.dayName(times[0] ?? '')}</p>
          <Times starts={times} onPick={onPick} />
        </div>
      ))}
    </Stack>
  )
}

/** The day is heard with each time: a row of bare hours says nothing by itself. */
function Times({ starts, onPick, chosen }: Props) {
  const format = useFormat()
  return (
    <div className={styles.times}>
      {starts.map((start) => (
        <Button key={start} className={cx(styles.time, start === chosen && styles.chosen)} aria-label={format.moment(start)}
          aria-pressed={chosen === undefined ? undefined : start === chosen} onPress={() => { onPick(start) }}>
          {format.time(start)}
        </Button>
      ))}
    </div>
  )
}
