// Free times to choose from, day by day in the person's own zone.
import { useState } from 'react'
import { civilDateOf, useFormat, useOwnZone } from '~/i18n/format'
import { Button } from './Button'
import { Row, Stack } from './Layout'
import { LoadMore } from './Filters'

interface Props {
  /** RFC 3339 instants, ascending. */
  starts: readonly string[]
  onPick: (start: string) => void
  chosen?: string | undefined
}

/** How many days are shown at first, and added by each "more". */
const DAYS = 5

export function TimesByDay({ starts, onPick, chosen }: Props) {
  const format = useFormat()
  const zone = useOwnZone()
  const [shown, setShown] = useState(DAYS)
  const byDay = new Map<string, string[]>()
  for (const start of starts) {
    const date = civilDateOf(new Date(start), zone)
    byDay.set(date, [...(byDay.get(date) ?? []), start])
  }
  const days = [...byDay]
  return (
    <Stack gap={5}>
      {days.slice(0, shown).map(([date, times]) => (
        <Stack key={date} gap={2}>
          <h3>{format.dayHeading(times[0] ?? '')}</h3>
          <Row gap={2}>
            {times.map((start) => (
              <Button key={start} variant={start === chosen ? 'primary' : 'secondary'} aria-pressed={chosen === undefined ? undefined : start === chosen} onPress={() => { onPick(start) }}>{format.time(start)}</Button>
            ))}
          </Row>
        </Stack>
      ))}
      {days.length > shown && <LoadMore onPress={() => { setShown(shown + DAYS) }} />}
    </Stack>
  )
}
