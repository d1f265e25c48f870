import { useT } from '~/i18n'
import { Form, TextField, useForm } from '~/ui'
import { begin, type AtWork, type Sent } from './ByEmail'

interface Props {
  email: string
  hint: string
  onSent: (sent: Sent | AtWork) => void
  /** Passkeys of this site stand in the browser's list under the field, beside remembered addresses. */
  withPasskeys?: boolean
}

/** Asks for an address and sends a code there. */
export function EmailForm({ email, hint, onSent, withPasskeys = false }: Props) {
  const t = useT()
  const form = useForm({
    initial: { email },
    draft: 'entry-email',
    check: (values) => ({ email: values.email.trim() === '' ? t('identity.mail.required') : undefined }),
    submit: (values) => begin(values.email.trim()),
    onDone: onSent,
  })
  return (
    <Form form={form} submit={t('identity.mail.submit')}>
      <TextField
        label={t('identity.mail.label')} hint={hint} type="email" inputMode="email" autoComplete={withPasskeys ? 'email webauthn' : 'email'}
        spellCheck="false" maxLength={254} {...form.field('email')}
      />
    </Form>
  )
}
