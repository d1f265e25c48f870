import { Link } from '@tanstack/react-router'
import { useT } from '~/i18n'
import { Banner, Button, Form, PageHeader, Stack, TextField, useForm } from '~/ui'
import { useFieldFocus } from './useFieldFocus'

interface Props {
  company: string
  /** Whether the account has an address: without one there is no way back into it. Undefined where the way back is chosen in the next step. */
  hasEmail: boolean | undefined
  /** Their account begins with a pass, of which there is no other at will. */
  isByPass?: boolean
  /** Instead of what is told to who comes by what names nobody. */
  lead?: string
  /** Makes the account and goes on. */
  submit: (name: string) => Promise<void>
  back: { label: string; onPress: () => void }
}

/** A step of a first entry: a nickname, and what having an address or none means. */
export function NameStep({ company, hasEmail, isByPass = false, lead, submit, back }: Props) {
  const t = useT()
  const field = useFieldFocus()
  const form = useForm({
    initial: { display_name: '', code: '' },
    draft: 'entry-name',
    check: ({ display_name }) => ({ display_name: display_name.trim() === '' ? t('identity.name.required') : undefined }),
    submit: ({ display_name }) => submit(display_name.trim()),
  })
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.name.title')} lead={lead ?? t('identity.name.lead', { company })} />
      <Form form={form} submit={t(hasEmail === undefined ? 'identity.continue' : 'identity.name.submit')} actions={<Button variant="quiet" onPress={back.onPress}>{back.label}</Button>}>
        <TextField
          ref={field} label={t('identity.name.label')} hint={t('identity.name.hint')} autoComplete="nickname" maxLength={80} spellCheck="false"
          {...form.field('display_name')}
        />
        {hasEmail !== undefined && (
          <Banner tone={hasEmail ? 'private' : 'notice'} title={t(hasEmail ? 'identity.kept.title' : 'identity.lost.title')}>
            {t(hasEmail ? 'identity.kept.text' : isByPass ? 'identity.lost.text.pass' : 'identity.lost.text')}
          </Banner>
        )}
      </Form>
      {/* The same for everybody: who was here before is not told by it to others who read the mailbox. */}
      {hasEmail === undefined && <p><Link to="/sign-in" search={{ at: 'lost' }}>{t('identity.name.before')}</Link></p>}
    </Stack>
  )
}
