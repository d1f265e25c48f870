import { useState, type ReactNode } from 'react'
import { api, asProblem, ApiProblem, data } from '~/api'
import { useT } from '~/i18n'
import { Button, Form, Muted, Stack, TextField, useForm } from '~/ui'
import { CodeField } from './CodeField'

interface Props {
  onAdded: () => void
  hint: string
  /** Beside the first button: the way back, or past it. */
  actions?: ReactNode
}

interface Sent {
  email: string
  challengeId: string
}

/** An address of one's own, proven by a code which goes there. Until the code has come back nothing is kept of it. */
export function AddEmail({ onAdded, hint, actions }: Props) {
  const [sent, setSent] = useState<Sent>()
  if (sent) return <Answer sent={sent} onAdded={onAdded} onBack={() => { setSent(undefined) }} />
  return <Address hint={hint} actions={actions} onSent={setSent} />
}

function Address({ hint, actions, onSent }: Pick<Props, 'hint' | 'actions'> & { onSent: (sent: Sent) => void }) {
  const t = useT()
  const form = useForm({
    initial: { email: '' },
    check: ({ email }) => ({ email: email.trim() === '' ? t('proof.email.required') : undefined }),
    submit: ({ email }) => data(api.POST('/api/me/email', { body: { email: email.trim() } })),
    onDone: ({ challenge_id }, { email }) => { onSent({ email: email.trim(), challengeId: challenge_id }) },
  })
  return (
    <Form form={form} submit={t('proof.email.send')} actions={actions}>
      <TextField
        label={t('proof.email.label')} hint={hint} type="email" inputMode="email" autoComplete="email" spellCheck="false" maxLength={254}
        {...form.field('email')}
      />
    </Form>
  )
}

/** That the code is over is about the field: the person sees one thing they typed. */
const atCode = (error: unknown): ApiProblem => {
  const problem = asProblem(error)
  if (problem.code !== 'code_expired' || problem.detail === undefined) return problem
  return new ApiProblem(problem.status, problem.code, undefined, [{ pointer: '/code', detail: problem.detail }])
}

function Answer({ sent, onAdded, onBack }: { sent: Sent; onAdded: () => void; onBack: () => void }) {
  const t = useT()
  const form = useForm({
    initial: { code: '' },
    check: ({ code }) => ({ code: code.trim() === '' ? t('proof.code.required') : undefined }),
    submit: ({ code }) =>
      data(api.POST('/api/me/email/answer', { body: { challenge_id: sent.challengeId, code: code.trim() } }))
        .catch((error: unknown) => { throw atCode(error) }),
    onDone: onAdded,
  })
  return (
    <Stack gap={4}>
      <p>{t('proof.email.sent', { email: sent.email })}</p>
      <Form form={form} submit={t('proof.confirm')} actions={<Button variant="quiet" onPress={onBack}>{t('proof.email.another')}</Button>}>
        <CodeField label={t('proof.code.label')} hint={t('proof.code.hint')} {...form.field('code')} />
      </Form>
      <Muted small>{t('proof.email.nothing')}</Muted>
    </Stack>
  )
}
