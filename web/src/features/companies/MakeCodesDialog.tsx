import { useT } from '~/i18n'
import { nowMs } from '~/i18n/clock'
import { civilDateOf, useOwnZone } from '~/i18n/format'
import { DateField, Dialog, Form, NumberField, RadioGroup, TextField, useForm } from '~/ui'
import { asOfForm, FEWEST_OF_HR, mostPeople, newCodes, noWish, type Wanted } from './codes'
import { isHr, makeCodes, type Kept } from './keeping'
import { useCompaniesChanged, type MadeCodes } from './queries'

interface Props {
  company: Kept
  isOpen: boolean
  onClose: () => void
  onMade: (made: MadeCodes) => void
}

export function MakeCodesDialog({ isOpen, onClose, ...props }: Props) {
  const t = useT()
  return <Dialog title={t('companies.codes.make')} isOpen={isOpen} onClose={onClose}><CodesForm {...props} /></Dialog>
}

function CodesForm({ company, onMade }: Pick<Props, 'company' | 'onMade'>) {
  const t = useT()
  const zone = useOwnZone()
  const changed = useCompaniesChanged()
  const today = civilDateOf(new Date(nowMs()), zone)
  const isForMany = isHr(company)
  const least = isForMany ? FEWEST_OF_HR : 1
  const form = useForm<Wanted, MadeCodes>({
    initial: noWish,
    draft: `codes-${company.id}`,
    check: ({ people, kind, last_day }) => ({
      // Chosen in a calendar it cannot be; typed it can.
      last_day: last_day !== null && last_day < today ? t('companies.codes.lastDay.past') : undefined,
      people: people === null || people < least || people > mostPeople[kind] ? t('companies.codes.people.required', { least, most: mostPeople[kind] }) : undefined,
    }),
    submit: (wish, key) => makeCodes(company, newCodes(wish, zone), key).catch((error: unknown) => { throw asOfForm(error) }),
    onDone: (made) => {
      void changed()
      onMade(made)
    },
  })
  const { kind } = form.values
  return (
    <Form form={form} submit={t('companies.codes.submit')}>
      {isForMany
        ? <p>{t('companies.codes.forMany')}</p>
        : (
          <RadioGroup
            label={t('companies.codes.kind')} {...form.field('kind')}
            options={[
              { id: 'shared', label: t('companies.codes.shared'), hint: t('companies.codes.shared.hint') },
              { id: 'single', label: t('companies.codes.single'), hint: t('companies.codes.single.hint') },
            ]}
          />
          )}
      <NumberField
        label={kind === 'shared' ? t('companies.codes.people') : t('companies.codes.count')}
        hint={t('companies.codes.people.hint', { least, most: mostPeople[kind] })} min={0}
        {...form.field('people')} value={form.values.people ?? NaN} onChange={(people) => { form.set('people', Number.isNaN(people) ? null : people) }}
      />
      <DateField
        label={t('companies.codes.lastDay')} hint={t('companies.codes.lastDay.hint')} optional min={today} {...form.field('last_day')}
      />
      <TextField label={t('companies.codes.label')} hint={t('companies.codes.label.hint')} optional maxLength={80} autoComplete="off" {...form.field('label')} />
    </Form>
  )
}
