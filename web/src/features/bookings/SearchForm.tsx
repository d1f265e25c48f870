import { useNavigate } from '@tanstack/react-router'
import { useT } from '~/i18n'
import { Button, DateField, Form, Grid, Select, TextField, useForm } from '~/ui'
import { isEmpty, statuses, type Search, type Status } from './queries'
import { numberIn, searchOf } from './search'

interface Values {
  number: string
  specialist: string
  name: string
  status: Status | 'any'
  from: string | null
  to: string | null
}

/** The shortest part of a name that is looked for. */
const SHORT = 2

/** Whatever is known of the booking. Its number leads straight to it. */
export function SearchForm({ search, onSearch }: { search: Search; onSearch: (search: Search) => void }) {
  const t = useT()
  const navigate = useNavigate()
  const form = useForm<Values>({
    initial: {
      number: '', specialist: search.specialist ?? '', name: search.name ?? '', status: search.status ?? 'any', from: search.from ?? null, to: search.to ?? null,
    },
    check: (values) => {
      const isShort = (name: string) => name.trim() !== '' && name.trim().length < SHORT
      const numberIsWrong = values.number.trim() !== '' && numberIn(values.number) === undefined
      const isNothing = values.number.trim() === '' && isEmpty(searchOf({ ...values }))
      return {
        number: numberIsWrong ? t('bookings.number.wrong') : isNothing ? t('bookings.nothing') : undefined,
        specialist: isShort(values.specialist) ? t('bookings.name.short') : undefined,
        name: isShort(values.name) ? t('bookings.name.short') : undefined,
        to: values.from !== null && values.to !== null && values.to < values.from ? t('bookings.to.early') : undefined,
      }
    },
    submit: async (values) => {
      const id = numberIn(values.number)
      if (id === undefined) onSearch(searchOf({ ...values }))
      else await navigate({ to: '/desk/bookings/$id', params: { id } })
    },
  })
  return (
    <Form form={form} submit={t('bookings.search')} actions={!isEmpty(search) && <Button variant="quiet" onPress={() => { onSearch({}) }}>{t('bookings.clear')}</Button>}>
      <Grid min={18} gap={4}>
        <TextField label={t('bookings.number')} hint={t('bookings.number.hint')} autoComplete="off" spellCheck="false" maxLength={300} {...form.field('number')} />
        <TextField label={t('bookings.specialist')} hint={t('bookings.name.hint')} autoComplete="off" maxLength={80} {...form.field('specialist')} />
        <TextField label={t('bookings.name')} hint={t('bookings.name.hint')} autoComplete="off" maxLength={80} {...form.field('name')} />
        <DateField label={t('bookings.from')} {...form.field('from')} />
        <DateField label={t('bookings.to')} {...form.field('to')} />
        <Select
          label={t('bookings.status')} {...form.field('status')}
          options={[{ id: 'any', label: t('bookings.status.any') }, ...statuses.map((id) => ({ id, label: t(`bookings.status.${id}`) }))]}
        />
      </Grid>
    </Form>
  )
}
