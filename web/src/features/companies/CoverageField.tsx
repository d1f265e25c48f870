import { useT } from '~/i18n'
import { CheckboxGroup, Grid, Stack, TextField } from '~/ui'
import type { Line } from './terms'

export interface Category {
  id: string
  name: string
  icon: string
}

interface Props {
  categories: readonly Category[]
  name: string
  value: Line[]
  onChange: (value: Line[]) => void
  error: string | undefined
  errorAt: (path: string) => string | undefined
}

/** Which directions are covered, and how much of each a person has in a contract year. */
export function CoverageField({ categories, name, value, onChange, error, errorAt }: Props) {
  const t = useT()
  // In the order of the catalogue, however they were ticked; what is typed stays.
  const choose = (ids: readonly string[]) => {
    onChange(categories.filter(({ id }) => ids.includes(id)).map(({ id }) => value.find((line) => line.category_id === id) ?? { category_id: id, sessions: '' }))
  }
  const type = (id: string, sessions: string) => {
    onChange(value.map((line) => (line.category_id === id ? { ...line, sessions } : line)))
  }
  const lineErrors = value.some((_, at) => errorAt(`${name}/${String(at)}/sessions_per_year`) !== undefined)
  return (
    <Stack gap={4}>
      <CheckboxGroup
        label={t('companies.coverage')} hint={t('companies.coverage.hint')} name={name} error={lineErrors ? undefined : error}
        options={categories.map((category) => ({ id: category.id, label: category.name, icon: category.icon }))}
        value={value.map((line) => line.category_id)} onChange={choose}
      />
      {value.length > 0 && (
        <Grid min={15}>
          {value.map((line, at) => {
            const path = `${name}/${String(at)}/sessions_per_year`
            return (
              <TextField
                key={line.category_id} name={path} inputMode="numeric" autoComplete="off" maxLength={4}
                label={t('companies.coverage.sessions', { category: categories.find(({ id }) => id === line.category_id)?.name ?? '' })}
                value={line.sessions} onChange={(sessions) => { type(line.category_id, sessions) }} error={errorAt(path)}
              />
            )
          })}
        </Grid>
      )}
    </Stack>
  )
}
