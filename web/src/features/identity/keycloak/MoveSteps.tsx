import { useState } from 'react'
import { api, data, type components } from '~/api'
import { useT } from '~/i18n'
import { Button, Form, PageHeader, Stack, TextField, useForm } from '~/ui'
import { aboutMailedCode } from '../problems'
import { useFieldFocus } from '../useFieldFocus'
import { WayStep } from './WayStep'

/** The right to give a record of one's own an account at Keycloak. */
export type RecordOffer = components['schemas']['RecordOffer']

interface Props {
  offer: RecordOffer
  /** The address by which it was shown: at work, where one signs in there. */
  work?: string
  back: { label: string; onPress: () => void }
}

/** Somebody has shown that a record is theirs: what is left to show, and how they will sign in from then on. */
export function MoveSteps({ offer, work, back }: Props) {
  const [proven, setProven] = useState<RecordOffer>()
  const shown = proven ?? offer
  if (shown.needs_code) return <SecondCode offer={offer} back={back} onProven={setProven} />
  return (
    <WayStep
      newcomer={{ proof: { kind: 'record', ticket_id: shown.ticket_id, ticket: shown.ticket }, name: '', isAtWork: shown.is_at_work }} address={shown.email ?? undefined} work={work} back={back}
    />
  )
}

/** Whoever has an app shows it too: the mailbox alone may be read by others. */
function SecondCode({ offer, back, onProven }: Omit<Props, 'work'> & { onProven: (offer: RecordOffer) => void }) {
  const t = useT()
  const field = useFieldFocus()
  const form = useForm({
    initial: { code: '' },
    check: ({ code }) => ({ code: code.trim() === '' ? t('identity.before.code.required') : undefined }),
    submit: ({ code }) => aboutMailedCode(data(api.POST('/api/auth/move/code', { body: { ticket_id: offer.ticket_id, ticket: offer.ticket, code: code.trim() } }))),
    onDone: onProven,
  })
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.before.code')} lead={t('identity.before.code.lead')} />
      <Form form={form} submit={t('identity.continue')} actions={<Button variant="quiet" onPress={back.onPress}>{back.label}</Button>}>
        <TextField
          ref={field} label={t('identity.before.code.label')} hint={t('identity.before.code.hint')} autoComplete="one-time-code" spellCheck="false" maxLength={40}
          {...form.field('code')}
        />
      </Form>
    </Stack>
  )
}
