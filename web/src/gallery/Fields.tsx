import { useState } from 'react'
import { ApiProblem } from '~/api'
import { useT } from '~/i18n'
import {
  Checkbox, CheckboxGroup, ComboBox, DateField, DayCalendar, FileField, FilterChips, Filters, Form, Grid, MultiFilterChips, NumberField, RadioGroup, Rating, SearchField, Select, Stack, Switch,
  TagsField, TextArea, TextField, TimeField, useForm,
} from '~/ui'

const langs = [{ id: 'ru', label: 'Русский' }, { id: 'kk', label: 'Қазақша' }, { id: 'en', label: 'English' }] as const
type Lang = (typeof langs)[number]['id']

interface Values { name: string; about: string; age: number; lang: Lang | null; zone: Lang | null; tags: Lang[]; day: string | null; time: string | null; agree: boolean; formats: Lang[]; way: Lang | null; rating: number | null }

/** A form with every field; sending it always brings the server's refusal. */
export function Fields() {
  const t = useT()
  const form = useForm<Values>({
    initial: { name: '', about: '', age: 34, lang: null, zone: null, tags: ['ru'], day: null, time: '19:00', agree: false, formats: ['ru'], way: null, rating: null },
    draft: 'gallery',
    check: (values) => (values.name === '' ? { name: t('ui.choose') } : {}),
    submit: () => Promise.reject(new ApiProblem(422, 'invalid', t('common.problem.unexpected'), [{ pointer: '#/name', detail: t('ui.file.wrongType') }, { pointer: '#/agree', detail: t('ui.choose') }])),
  })
  const [search, setSearch] = useState('')
  const [on, setOn] = useState(true)
  const [file, setFile] = useState<File | null>(null)
  const [chip, setChip] = useState<Lang | null>('kk')
  const [chips, setChips] = useState<Lang[]>(['ru'])
  return (
    <Stack gap={6}>
      <Form form={form} submit={t('ui.retry')}>
        <Grid min={22} gap={5}>
          <TextField label={t('shell.nav.me')} hint={t('ui.error.safe')} autoComplete="nickname" {...form.field('name')} />
          <NumberField label={t('shell.nav.companies')} min={0} max={120} optional value={form.values.age} onChange={(age) => { form.set('age', age) }} />
          <TextArea label={t('shell.nav.messages')} maxLength={40} optional {...form.field('about')} />
          <Select label={t('shell.language')} options={langs} {...form.field('lang')} />
          <ComboBox label={t('shell.nav.find')} options={langs} {...form.field('zone')} />
          <TagsField label={t('shell.nav.categories')} options={langs} {...form.field('tags')} />
          <DateField label={t('shell.nav.day')} min="2026-01-01" {...form.field('day')} />
          <TimeField label={t('shell.nav.today')} {...form.field('time')} />
          <CheckboxGroup label={t('shell.nav.bookings')} options={langs} {...form.field('formats')} />
          <FileField label={t('shell.nav.audit')} hint="PDF" accept={['application/pdf']} maxBytes={1024 * 1024} value={file} onChange={setFile} optional />
        </Grid>
        <RadioGroup label={t('shell.nav.specialists')} look="cards" options={[{ id: 'ru', label: t('shell.nav.find'), hint: t('ui.error.safe'), icon: 'psychologist' }, { id: 'kk', label: t('shell.nav.day'), icon: 'lawyer' }, { id: 'en', label: t('shell.nav.live'), icon: 'finance', isDisabled: true }]} {...form.field('way')} />
        <Rating label={t('shell.nav.sessions')} {...form.field('rating')} />
        <Checkbox label={t('shell.notFound.lead')} hint={t('ui.error.safe')} {...form.field('agree')} />
      </Form>
      <SearchField label={t('shell.nav.find')} value={search} onChange={setSearch} />
      <Switch label={t('shell.theme')} hint={t('ui.error.safe')} value={on} onChange={setOn} />
      <Filters on={1} onClear={() => { setChip(null) }} found={3}>
        <FilterChips label={t('shell.language')} showLabel options={langs} value={chip} onChange={setChip} />
        <MultiFilterChips label={t('shell.nav.categories')} showLabel options={langs} value={chips} onChange={setChips} />
      </Filters>
      <TextField label={t('shell.nav.audit')} value="" isDisabled />
      <TextField label={t('shell.nav.safety')} value="?" error={t('ui.file.wrongType')} />
      <DayCalendar label={t('shell.nav.calendar')} value="2030-03-05" min="2030-03-02" isUnavailable={(date) => date.endsWith('7')} />
    </Stack>
  )
}
