import { api, data, idempotent } from '~/api'
import { useT } from '~/i18n'
import { Banner, Dialog, Form, NumberField, Stack, TextField, useForm } from '~/ui'
import { useTakeCard, type Education } from './queries'

interface Values {
  title: string
  institution: string
  year: number | null
  hours: number | null
}

const FIRST_YEAR = 1950
const HOURS_MAX = 20_000
const TEXT_MAX = 200
const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value)

interface Props {
  /** The one to change; a new one without it. */
  entry?: Education
  onClose: () => void
  onSaved?: () => void
}

export function EducationDialog({ entry, onClose, onSaved }: Props) {
  const t = useT()
  const takeCard = useTakeCard()
  const form = useForm<Values, Parameters<typeof takeCard>[0]>({
    initial: { title: entry?.title ?? '', institution: entry?.institution ?? '', year: entry?.year ?? null, hours: entry?.hours ?? null },
    draft: `card-education-${entry?.id ?? 'new'}`,
    check: ({ title, institution, year }) => ({
      title: title.trim() === '' ? t('card.education.titleNeeded') : undefined,
      institution: institution.trim() === '' ? t('card.education.institutionNeeded') : undefined,
      year: year === null ? t('card.education.yearNeeded') : undefined,
    }),
    submit: ({ title, institution, year, hours }, key) => {
      const ask = { body: { title, institution, year: year ?? 0, hours }, headers: idempotent(key) }
      return data(entry ? api.PUT('/api/card/education/{id}', { params: { path: { id: entry.id } }, ...ask }) : api.POST('/api/card/education', ask))
    },
    onDone: (card) => {
      takeCard(card)
      onSaved?.()
      onClose()
    },
  })
  return (
    <Dialog title={t(entry ? 'card.education.change' : 'card.education.add')} isOpen onClose={onClose}>
      <Form form={form} submit={t('card.education.save')}>
        <Stack>
          {entry?.state === 'verified' && <Banner tone="notice">{t('card.education.again')}</Banner>}
          <TextField label={t('card.education.title')} hint={t('card.education.title.hint')} maxLength={TEXT_MAX} {...form.field('title')} />
          <TextField label={t('card.education.institution')} maxLength={TEXT_MAX} {...form.field('institution')} />
          <NumberField
            label={t('card.education.year')} min={FIRST_YEAR} max={new Date().getFullYear()} format={{ useGrouping: false }}
            {...form.field('year')} value={form.values.year ?? NaN} onChange={(year) => { form.set('year', orNull(year)) }}
          />
          <NumberField
            label={t('card.education.hours')} hint={t('card.education.hours.hint')} optional min={1} max={HOURS_MAX}
            {...form.field('hours')} value={form.values.hours ?? NaN} onChange={(hours) => { form.set('hours', orNull(hours)) }}
          />
        </Stack>
      </Form>
    </Dialog>
  )
}
