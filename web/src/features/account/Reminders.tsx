import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api, data, idempotent } from '~/api'
import { useT } from '~/i18n'
import { useIsKeycloak } from '~/shell/keycloak'
import { Banner, Checkbox, CheckboxGroup, Form, Grid, Loaded, Switch, TimeField, toast, useForm } from '~/ui'
import { preferencesQuery, type Preferences } from './queries'

/** Minutes before a consultation, as the server knows them. */
const moments = ['1440', '60', '10'] as const
type Moment = (typeof moments)[number]

interface Values {
  email: boolean
  reminders_min: Moment[]
  isQuiet: boolean
  quiet_from: string | null
  quiet_to: string | null
}

const valuesOf = (known: Preferences): Values => ({
  email: known.email,
  reminders_min: moments.filter((moment) => known.reminders_min.includes(Number(moment))),
  isQuiet: known.quiet_from != null,
  // What most people would say, when they first want quiet hours.
  quiet_from: known.quiet_from ?? '22:00',
  quiet_to: known.quiet_to ?? '08:00',
})

const preferencesOf = ({ email, reminders_min, isQuiet, quiet_from, quiet_to }: Values): Preferences => ({
  email,
  reminders_min: reminders_min.map(Number),
  quiet_from: isQuiet ? quiet_from : null,
  quiet_to: isQuiet ? quiet_to : null,
})

/** Which reminders come, and when none may. */
export function Reminders({ hasEmail }: { hasEmail: boolean }) {
  const t = useT()
  const query = useQuery(preferencesQuery)
  if (!hasEmail) return <Banner>{t('account.reminders.noEmail')}</Banner>
  return <Loaded query={query}>{(known) => <RemindersForm known={known} />}</Loaded>
}

function RemindersForm({ known }: { known: Preferences }) {
  const t = useT()
  const client = useQueryClient()
  const form = useForm<Values, Preferences>({
    initial: valuesOf(known),
    submit: (values, key) => data(api.PUT('/api/me/notifications', { body: preferencesOf(values), headers: idempotent(key) })),
    onDone: (saved) => {
      client.setQueryData(preferencesQuery.queryKey, saved)
      toast(t('account.saved'))
    },
  })
  const isKeycloak = useIsKeycloak()
  const { email, isQuiet } = form.values
  return (
    <Form form={form} submit={t('account.save')}>
      <Checkbox label={t('account.reminders.byMail')} hint={t(isKeycloak ? 'account.reminders.always.keycloak' : 'account.reminders.always')} {...form.field('email')} />
      {email && (
        <CheckboxGroup
          label={t('account.reminders.when')} options={moments.map((id) => ({ id, label: t(`account.reminders.before.${id}`) }))}
          {...form.field('reminders_min')} onChange={(chosen) => { form.set('reminders_min', chosen) }}
        />
      )}
      {email && <Switch label={t('account.quiet')} hint={t('account.quiet.hint')} value={isQuiet} onChange={(on) => { form.set('isQuiet', on) }} />}
      {email && isQuiet && (
        <Grid min={12}>
          <TimeField label={t('account.quiet.from')} {...form.field('quiet_from')} />
          <TimeField label={t('account.quiet.to')} {...form.field('quiet_to')} />
        </Grid>
      )}
    </Form>
  )
}
