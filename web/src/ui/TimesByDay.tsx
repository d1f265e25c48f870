// Free times to choose from, day by day in the person's own zone.
import { useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { civilDateOf, useFormat, useOwnZone } from '~/i18n/format'
import { cx } from './cx'
import { Stack } from './Layout'
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
        <Stack key={date} gap={2}>
          <h3>{format.dayHeading(times[0] ?? '')}</h3>
          <Times starts={times} onPick={onPick} chosen={chosen} />
        </Stack>
      ))}
      {days.length > shown && <LoadMore onPress={() => { setShown(shown + DAYS) }} />}
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
