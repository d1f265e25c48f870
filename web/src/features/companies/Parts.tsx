// Small parts that several screens of companies show alike.
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Chip } from '~/ui'

/** Until when people may come, or why they may not. */
export function Covered({ until, isArchived }: { until: string | null | undefined; isArchived: boolean }) {
  const t = useT()
  const format = useFormat()
  if (isArchived) return <Chip>{t('companies.state.archived')}</Chip>
  if (until == null) return <Chip tone="notice" icon="notice">{t('companies.state.uncovered')}</Chip>
  return <Chip tone="positive" icon="check">{t('companies.state.covered', { date: format.civilDate(until) })}</Chip>
}

/** A figure about people that tells of nobody: nothing below ten, then in steps of five. */
export function AtLeast({ people }: { people: number | null | undefined }) {
  const t = useT()
  return <>{people == null ? t('companies.fewerThanTen') : t('companies.atLeast', { count: people })}</>
}
