import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Muted } from '~/ui'
import { clockOf, exampleDay, exampleStarts } from './times'
import type { Alignment } from './values'

/** What the choice means, on one day: changes as it is chosen. */
export function TimesExample({ alignment, interval, length }: { alignment: Alignment; interval: number; length: number }) {
  const t = useT()
  const format = useFormat()
  const { open, busy } = exampleDay
  const starts = exampleStarts(alignment, interval, length).map(clockOf)
  if (Number.isNaN(length)) return null
  const day = { from: clockOf(open.from), to: clockOf(open.to), busyFrom: clockOf(busy.from), busyTo: clockOf(busy.to), length: format.duration(length) }
  return (
    <Muted small>
      {t('categories.example', day)} <strong>{starts.length > 0 ? t('categories.example.starts', { starts: starts.join(', ') }) : t('categories.example.none')}</strong>
    </Muted>
  )
}
