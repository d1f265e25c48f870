import { useState } from 'react'
import { useCommand } from '~/api'
import { useT } from '~/i18n'
import { CodeField } from '~/shell/proof/CodeField'
import { canUsePasskeys } from '~/shell/proof'
import { Banner, Button, Form, Muted, PageHeader, PickList, Row, Stack, TextField, useForm, useProblemText } from '~/ui'
import { aboutMailedCode } from '../problems'
import { useHeadingFocus } from '../useHeadingFocus'
import { AtWork } from './AtWork'
import { askForAddress, enter, enterAtWork, type Newcomer, type Way } from './commands'

interface Props {
  newcomer: Newcomer
  /** The address that what they come with names already. */
  address?: string | undefined
  /** Their address at work, as far as it is known. */
  work?: string | undefined
  back: { label: string; onPress: () => void }
}

/** The last step of a first entry: how the newcomer will sign in from then on. Keycloak makes the account. */
export function WayStep({ newcomer, address, work: known, back }: Props) {
  const t = useT()
  const text = useProblemText()
  const [needs, setNeeds] = useState<'address' | 'work'>()
  useHeadingFocus(needs ?? 'way')
  const go = useCommand((way: Way) => enter(newcomer, way))
  // Whoever is invited may be an employee besides; for an employee it is how they come as one.
  const work = newcomer.proof.kind === 'invitation' ? 'work' : 'company'
  const toWays = () => { setNeeds(undefined) }
  // A company's address opens nothing once its person has left: another one is asked for, and this one is theirs to choose.
  const offered = newcomer.proof.kind === 'ticket' ? address : undefined
  if (needs === 'address') return <AddressSteps newcomer={newcomer} offered={offered} onBack={toWays} />
  if (needs === 'work') return <AtWork address={known} go={(work) => enterAtWork(newcomer, work)} onBack={toWays} />
  const pick = (id: string) => {
    if (id === 'work') setNeeds('work')
    else if (id === 'password' && (address === undefined || offered !== undefined)) setNeeds('address')
    else go.mutate(id as Way)
  }
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.way.title')} lead={t('identity.way.lead')} />
      {go.error && <Banner tone="danger" announce>{go.error.errors[0]?.detail ?? text(go.error)}</Banner>}
      <PickList
        label={t('identity.way.title')} pending={go.isPending ? go.variables : undefined} onPick={pick}
        picks={[
          ...(canUsePasskeys() ? [{ id: 'passkey', name: t('identity.way.passkey'), about: t('identity.way.passkey.about') }] : []),
          {
            id: 'password', name: t('identity.way.password'),
            about: address === undefined || offered !== undefined ? t('identity.way.password.about') : t('identity.way.password.known', { email: address }),
          },
          // An account that is there already would say whose the new one is.
          ...(newcomer.proof.kind === 'pass'
            ? []
            : [
                { id: 'existing', name: t('identity.way.existing'), about: t('identity.way.existing.about') },
                ...(newcomer.isAtWork ? [{ id: 'work', name: t(`identity.way.${work}`), about: t(`identity.way.${work}.about`) }] : []),
              ]),
        ]}
      />
      <Row><Button variant="quiet" onPress={back.onPress}>{back.label}</Button></Row>
    </Stack>
  )
}

interface AddressProps {
  newcomer: Newcomer
  /** The address at work, by which they have come. */
  offered: string | undefined
  onBack: () => void
}

function AddressSteps({ newcomer, offered, onBack }: AddressProps) {
  const [sent, setSent] = useState<{ email: string; challenge: string }>()
  return sent
    ? <CodeStep newcomer={newcomer} sent={sent} onBack={() => { setSent(undefined) }} onReturned={onBack} />
    : <AddressStep newcomer={newcomer} offered={offered} onSent={setSent} onBack={onBack} />
}

function AddressStep({ newcomer, offered, onSent, onBack }: AddressProps & { onSent: (sent: { email: string; challenge: string }) => void }) {
  const t = useT()
  const text = useProblemText()
  const byWork = useCommand(() => enter(newcomer, 'password'))
  const form = useForm({
    initial: { email: '' },
    check: ({ email }) => ({ email: email.trim() === '' ? t('identity.mail.required') : undefined }),
    submit: ({ email }) => askForAddress(newcomer.proof, email.trim()),
    onDone: ({ challenge_id }, { email }) => { onSent({ email: email.trim(), challenge: challenge_id }) },
  })
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.keep.email.title')} lead={t('identity.way.address.lead')} />
      <Form form={form} submit={t('identity.mail.submit')} actions={<Button variant="quiet" onPress={onBack}>{t('identity.keep.back')}</Button>}>
        <TextField
          label={t('identity.mail.label')} hint={t('identity.keep.email.hint')} type="email" inputMode="email" autoComplete="email" spellCheck="false"
          maxLength={254} {...form.field('email')}
        />
      </Form>
      {offered !== undefined && (
        <Stack gap={2}>
          <Muted>{t('identity.way.address.work', { email: offered })}</Muted>
          {byWork.error && <Banner tone="danger" announce>{byWork.error.errors[0]?.detail ?? text(byWork.error)}</Banner>}
          <Row><Button variant="quiet" isPending={byWork.isPending} onPress={() => { byWork.mutate(undefined) }}>{t('identity.way.address.byWork')}</Button></Row>
        </Stack>
      )}
    </Stack>
  )
}

interface CodeProps {
  newcomer: Newcomer
  sent: { email: string; challenge: string }
  onBack: () => void
  /** Back from Keycloak's page, for which the code was used. */
  onReturned: () => void
}

function CodeStep({ newcomer, sent, onBack, onReturned }: CodeProps) {
  const t = useT()
  const form = useForm({
    initial: { code: '' },
    check: ({ code }) => ({ code: code.trim() === '' ? t('identity.otp.required') : undefined }),
    submit: ({ code }) => aboutMailedCode(enter(newcomer, 'password', { challenge_id: sent.challenge, code: code.trim() })),
    onDone: onReturned,
  })
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.otp.title')} lead={t('identity.way.sent', { email: sent.email })} />
      <Form form={form} submit={t('identity.continue')} actions={<Button variant="quiet" onPress={onBack}>{t('identity.mail.another')}</Button>}>
        <CodeField label={t('identity.otp.label')} hint={t('identity.otp.hint')} {...form.field('code')} />
      </Form>
    </Stack>
  )
}
