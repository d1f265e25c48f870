import { among } from '~/api/among'
import { useT } from '~/i18n'
import { FilterChips, Filters, Switch } from '~/ui'
import { dayParts, formatNames, genders, languages, type FindSearch } from './search'

interface Props {
  search: FindSearch
  /** What the category offers. */
  formats: readonly string[]
  found: number | undefined
  onChange: (search: FindSearch) => void
  onClear: () => void
}

export function FindFilters({ search, formats, found, onChange, onClear }: Props) {
  const t = useT()
  const set = <K extends keyof FindSearch>(key: K, value: (FindSearch[K] & {}) | null) => {
    const { [key]: _, ...others } = search
    onChange(value === null ? others : { ...others, [key]: value })
  }
  const on = [search.time, search.language, search.format, search.gender, search.kept].filter(Boolean).length
  const offered = formats.map((one) => among(formatNames, one)).filter((one) => one !== undefined)
  return (
    <Filters on={on} onClear={onClear} {...(found !== undefined && { found })}>
      <FilterChips label={t('find.time')} showLabel options={dayParts.map((id) => ({ id, label: t(`find.time.${id}`) }))} value={search.time ?? null} onChange={(value) => { set('time', value) }} />
      <FilterChips label={t('find.language')} showLabel options={languages.map((id) => ({ id, label: t(`find.language.${id}`) }))} value={search.language ?? null} onChange={(value) => { set('language', value) }} />
      {offered.length > 1 && <FilterChips label={t('find.format')} showLabel options={offered.map((id) => ({ id, label: t(`find.format.${id}`) }))} value={search.format ?? null} onChange={(value) => { set('format', value) }} />}
      <FilterChips label={t('find.gender')} showLabel options={genders.map((id) => ({ id, label: t(`find.gender.${id}`) }))} value={search.gender ?? null} onChange={(value) => { set('gender', value) }} />
      <Switch label={t('find.onlyKept')} value={search.kept ?? false} onChange={(isOn) => { set('kept', isOn || null) }} />
    </Filters>
  )
}
