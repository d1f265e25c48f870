import { useQuery } from '@tanstack/react-query'
import { meQuery, useCommand } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, clockText, Form, Muted, PageHeader, Row, Stack, TextField, toast, useForm, useProblemText, useSecondsUntil } from '~/ui'
import { aheadOf, send, type Ahead, type Sent } from './ByEmail'
import { answerCode } from './commands'
import type { SignInStep } from './queries'
import { useFieldFocus } from './useFieldFocus'

/** Mail takes its time; asking again sooner only makes two codes to mix up. */
const RESEND_AFTER_MS = 60_000

interface Props {
  sent: Sent
  onAsked: (asked: Sent | Ahead) => void
  goOn: (step: SignInStep, code: string) => Promise<void>
  back: { label: string; onPress: () => void }
}

/** The code from the mailbox. */
export function MailedCodeStep({ sent, onAsked, goOn, back }: Props) {
  const t = useT()
  const field = useFieldFocus()
  const form = useForm({
    initial: { code: '' },
    check: ({ code }) => ({ code: /\d/.test(code) ? undefined : t('identity.otp.required') }),
    submit: async ({ code }) => {
      const step = await answerCode(sent.challengeId, code).catch((error: unknown) => aheadOf(sent.email, error))
      // Who has come by their company before has a record there, and another would not be theirs.
      if ('company' in step) onAsked({ ...step, isNeeded: true })
      else await goOn(step, code)
    },
  })
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.otp.title')} lead={t('identity.otp.lead', { email: sent.email })} />
      <Form form={form} submit={t('identity.continue')} actions={<Button variant="quiet" onPress={back.onPress}>{back.label}</Button>}>
        <TextField
          ref={field} label={t('identity.otp.label')} hint={t('identity.otp.hint')} inputMode="numeric" autoComplete="one-time-code" maxLength={12} spellCheck="false"
          {...form.field('code')}
        />
      </Form>
      <Resend sent={sent} onAsked={(again) => { form.reset(); onAsked(again); field.current?.focus() }} />
    </Stack>
  )
}

function Resend({ sent, onAsked }: Pick<Props, 'sent' | 'onAsked'>) {
  const t = useT()
  const text = useProblemText()
  const { data: me } = useQuery(meQuery)
  const left = useSecondsUntil(new Date(Date.parse(sent.at) + RESEND_AFTER_MS).toISOString())
  const resend = useCommand((email: string) => send(email, sent.isOtherWay), {
    onSuccess: (again) => {
      if (!('company' in again)) toast(t('identity.otp.resent'))
      onAsked(again)
    },
  })
  return (
    <Stack gap={3}>
      <Muted small>{t('identity.otp.nothing')}</Muted>
      {resend.error && <Banner tone="danger" announce>{text(resend.error)}</Banner>}
      <Row>
        <Button isDisabled={left > 0} isPending={resend.isPending} onPress={() => { resend.mutate(sent.email) }}>{t('identity.otp.resend')}</Button>
        {left > 0 && <span role="timer" data-tabular>{t('identity.otp.wait', { time: clockText(left) })}</span>}
      </Row>
      {me?.is_demo === true && <p><a href="/demo/mailbox" target="_blank" rel="noreferrer">{t('identity.demo.mailbox')}</a></p>}
    </Stack>
  )
}
