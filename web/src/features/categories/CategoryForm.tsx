// Everything about a category but its topics, with what the employee will see beside it.
import type { ReactNode } from 'react'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { categoryIconNames, Checkbox, CheckboxGroup, Columns, Form, NumberField, RadioGroup, Section, Select, Stack, TextField, TextsField, useForm, type FormState } from '~/ui'
import { LengthsField } from './LengthsField'
import { Preview } from './Preview'
import { Questions } from './Questions'
import type { Category, Consent, Topic } from './queries'
import { TimesExample } from './TimesExample'
import { alignments, bufferPolicies, formats, missingIn, slugOf, valuesOf, type Values } from './values'

interface Props {
  initial: Values
  /** Asks for the name in addresses, which stays. */
  isNew?: boolean
  draft: string
  consents: readonly Consent[]
  topics: readonly Topic[]
  submit: string
  save: (values: Values, key: string) => Promise<Category>
  onSaved: (category: Category) => void
  /** Shows what another has saved meanwhile. */
  onReload?: () => void
  /** Beside the form, above the preview. */
  state?: (form: FormState<Values>) => ReactNode
}

export function CategoryForm({ initial, isNew = false, draft, consents, topics, submit, save, onSaved, onReload, state }: Props) {
  const t = useT()
  const number = t('categories.numberNeeded')
  const form = useForm<Values, Category>({
    initial,
    draft,
    check: ({ slug, name, cancel_free_hours, position }) => ({
      'name/ru': missingIn(name).length === 3 ? t('categories.nameNeeded') : undefined,
      slug: isNew && !/^[a-z0-9-]{2,40}$/.test(slug.trim()) ? t('categories.slugWrong') : undefined,
      cancel_free_hours: Number.isNaN(cancel_free_hours) ? number : undefined,
      position: Number.isNaN(position) ? number : undefined,
    }),
    submit: save,
    kept: valuesOf,
    onDone: onSaved,
  })
  return (
    <Columns aside={<Stack gap={4}>{state?.(form)}<Preview values={form.values} topics={topics} consents={consents} /></Stack>}>
      <Form form={form} submit={submit} {...(onReload && { onReload })}>
        <Stack gap={7}>
          <Naming form={form} isNew={isNew} />
          <Meeting form={form} />
          <Rules form={form} consents={consents} />
          <Questions form={form} />
        </Stack>
      </Form>
    </Columns>
  )
}

interface PartProps {
  form: FormState<Values>
}

function Naming({ form, isNew }: PartProps & { isNew: boolean }) {
  const t = useT()
  const { values, set, errorAt } = form
  /** The name in addresses follows the English name until somebody writes another. */
  const rename = (name: Values['name']) => {
    if (isNew && values.slug === slugOf(values.name.en)) set('slug', slugOf(name.en))
    set('name', name)
  }
  return (
    <Section title={t('categories.naming')}>
      <TextsField label={t('categories.name')} hint={t('categories.name.hint')} name="name" maxLength={60} value={values.name} onChange={rename} errorAt={errorAt} />
      <TextsField label={t('categories.summary')} hint={t('categories.summary.hint')} name="summary" maxLength={400} isLong value={values.summary} onChange={(summary) => { set('summary', summary) }} errorAt={errorAt} />
      {isNew && <TextField label={t('categories.slug')} hint={t('categories.slug.hint')} maxLength={40} autoComplete="off" spellCheck="false" {...form.field('slug')} />}
      <RadioGroup label={t('categories.icon')} look="tiles" options={categoryIconNames.map((id) => ({ id, icon: id, label: t(`categories.icon.${id}`) }))} {...form.field('icon')} value={categoryIconNames.find((id) => id === values.icon) ?? null} />
      <NumberField label={t('categories.position')} hint={t('categories.position.hint')} min={0} max={1000} {...form.field('position')} />
    </Section>
  )
}

/** How a consultation goes, and at which times it is offered. */
function Meeting({ form }: PartProps) {
  const t = useT()
  const format = useFormat()
  const { values } = form
  const intervals = [...new Set([5, 10, 15, 20, 30, 40, 45, 60, 90, 120, values.interval_min])].sort((a, b) => a - b)
  return (
    <Section title={t('categories.meeting')}>
      <LengthsField form={form} />
      <CheckboxGroup label={t('categories.formats')} hint={t('categories.formats.hint')} options={formats.map((id) => ({ id, label: t(`categories.format.${id}`) }))} {...form.field('formats')} onChange={(chosen) => { form.set('formats', formats.filter((one) => chosen.includes(one))) }} />
      <Select
        label={t('categories.interval')} hint={t('categories.interval.hint')} options={intervals.map((minutes) => ({ id: String(minutes), label: format.duration(minutes) }))}
        name="interval_min" value={String(values.interval_min)} onChange={(minutes) => { form.set('interval_min', Number(minutes)) }} error={form.errorAt('interval_min')}
      />
      <RadioGroup label={t('categories.alignment')} look="cards" options={alignments.map((id) => ({ id, label: t(`categories.alignment.${id}`), hint: t(`categories.alignment.${id}.hint`) }))} {...form.field('alignment')} />
      <TimesExample alignment={values.alignment} interval={values.interval_min} length={values.session_lengths_min[0] ?? NaN} />
      <RadioGroup label={t('categories.buffers')} hint={t('categories.buffers.hint')} look="cards" options={bufferPolicies.map((id) => ({ id, label: t(`categories.buffers.${id}`), hint: t(`categories.buffers.${id}.hint`) }))} {...form.field('buffer_policy')} />
    </Section>
  )
}

/** What is agreed before, and what is kept after. */
function Rules({ form, consents }: PartProps & { consents: readonly Consent[] }) {
  const t = useT()
  const { values } = form
  // One that the region no longer has is shown, so that it can be taken away.
  const unknown = values.consent_purposes.filter((purpose) => !consents.some((one) => one.purpose === purpose))
  const options = [...consents.map((one) => ({ id: one.purpose, label: one.title })), ...unknown.map((purpose) => ({ id: purpose, label: purpose, hint: t('categories.consents.gone') }))]
  return (
    <Section title={t('categories.rules')}>
      <NumberField label={t('categories.cancel')} hint={t('categories.cancel.hint')} min={0} max={168} {...form.field('cancel_free_hours')} />
      <CheckboxGroup label={t('categories.consents')} hint={t('categories.consents.hint')} options={options} {...form.field('consent_purposes')} />
      <Checkbox label={t('categories.clinical')} hint={t('categories.clinical.hint')} {...form.field('notes_clinical')} />
    </Section>
  )
}
