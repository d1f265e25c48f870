import { api, data, idempotent } from '~/api'
import { adoptLang, useT, type Lang } from '~/i18n'
import { setOwnZone } from '~/i18n/own-zone'
import { Banner, Form, Select, TextField, toast, useForm, ZoneField } from '~/ui'
import { useAudience, useKeep, type Account } from './queries'

/** Each language by its own name. */
const languages: { id: Lang; label: string }[] = [{ id: 'ru', label: 'Русский' }, { id: 'kk', label: 'Қазақша' }, { id: 'en', label: 'English' }]
const langOf = (tag: string): Lang => languages.find(({ id }) => id === tag)?.id ?? 'ru'

/** Name, language, zone: in force at once, on the screen and in mail. */
export function AboutForm({ account }: { account: Account }) {
  const t = useT()
  const keep = useKeep()
  const { audience } = useAudience()
  const form = useForm({
    initial: { display_name: account.display_name, locale: langOf(account.locale), time_zone: account.time_zone },
    check: ({ display_name }) => ({ display_name: display_name.trim() === '' ? t('account.name.required') : undefined }),
    submit: ({ display_name, ...rest }, key) =>
      data(api.PATCH('/api/me/account', { body: { ...rest, display_name: display_name.trim() }, headers: idempotent(key) })),
    onDone: (saved, { locale }) => {
      setOwnZone(saved.time_zone)
      void keep.account(saved)
      void adoptLang(locale).then(() => { toast(t('account.saved')) })
    },
  })
  return (
    <Form form={form} submit={t('account.save')}>
      <TextField label={t(`account.name.${audience}`)} hint={t(`account.name.hint.${audience}`)} autoComplete="nickname" maxLength={80} {...form.field('display_name')} />
      <Select label={t('account.language')} hint={t('account.language.hint')} options={languages} {...form.field('locale')} />
      <ZoneField label={t('account.zone')} hint={t('account.zone.hint')} {...form.field('time_zone')} />
      {account.company != null && <Banner tone="private">{t(account.is_by_sso ? 'account.company.sso' : 'account.company', { company: account.company })}</Banner>}
    </Form>
  )
}
