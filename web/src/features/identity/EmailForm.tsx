import { useT } from '~/i18n'
import { Form, TextField, useForm } from '~/ui'
import { send, type Sent } from './ByEmail'

/** Asks for an address and sends a code there. */
export function EmailForm({ email, hint, onSent }: { email: string; hint: string; onSent: (sent: Sent) => void }) {
  const t = useT()
  const form = useForm({
    initial: { email },
    draft: 'entry-email',
    check: (values) => ({ email: values.email.trim() === '' ? t('identity.mail.required') : undefined }),
    submit: (values) => send(values.email.trim()),
    onDone: onSent,
  })
  return (
    <Form form={form} submit={t('identity.mail.submit')}>
      <TextField label={t('identity.mail.label')} hint={hint} type="email" inputMode="email" autoComplete="email" spellCheck="false" maxLength={254} {...form.field('email')} />
    </Form>
  )
}
