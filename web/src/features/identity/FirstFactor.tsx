import { useState } from 'react'
import { api, asProblem, data, useCommand } from '~/api'
import { useT } from '~/i18n'
import { AddEmail, AddTotp, canUsePasskeys, RecoveryCodes, usePasskeys } from '~/shell/proof'
import { Banner, Button, PageHeader, PickList, Stack, useProblemText } from '~/ui'
import { useHeadingFocus } from './useHeadingFocus'

type Step = { at: 'choose' } | { at: 'totp' } | { at: 'codes'; codes: readonly string[] } | { at: 'email'; hasPasskey: boolean }

/** A newcomer of the staff: the first second factor, the codes for the day it is lost, and, for the first administrator, an address. */
export function FirstFactor({ onDone, startsWithAddress }: { onDone: () => void; startsWithAddress: boolean }) {
  const t = useT()
  const text = useProblemText()
  const [step, setStep] = useState<Step>(startsWithAddress ? { at: 'email', hasPasskey: false } : { at: 'choose' })
  useHeadingFocus(step.at)
  // The first administrator came by a link on the console: without an address, a lost key would lock them out.
  const finish = useCommand(async () => {
    const factors = await data(api.GET('/api/me/factors'))
    if (factors.has_email) onDone()
    else setStep({ at: 'email', hasPasskey: factors.passkeys.length > 0 })
  })
  const added = ({ recovery_codes }: { recovery_codes: readonly string[] }) => { setStep({ at: 'codes', codes: recovery_codes }) }

  if (step.at === 'codes') {
    return (
      <Stack gap={5}>
        <PageHeader title={t('identity.codes.title')} />
        {finish.error && <Banner tone="danger" announce>{text(finish.error)}</Banner>}
        <RecoveryCodes codes={step.codes} onSaved={() => { finish.mutate(undefined) }} />
      </Stack>
    )
  }
  if (step.at === 'email') {
    return (
      <Stack gap={5}>
        <PageHeader title={t('identity.address.title')} lead={t(step.hasPasskey ? 'identity.address.lead' : 'identity.address.only')} />
        <AddEmail
          hint={t('identity.address.hint')} onAdded={onDone}
          actions={step.hasPasskey && <Button variant="quiet" onPress={onDone}>{t('identity.later')}</Button>}
        />
      </Stack>
    )
  }
  if (step.at === 'totp') {
    return (
      <Stack gap={5}>
        <PageHeader title={t('identity.totp.title')} />
        <AddTotp
          onAdded={added}
          actions={<Button variant="quiet" onPress={() => { setStep({ at: 'choose' }) }}>{t('identity.factor.another')}</Button>}
        />
      </Stack>
    )
  }
  return <Choose onAdded={added} onTotp={() => { setStep({ at: 'totp' }) }} />
}

interface ChooseProps {
  onAdded: (added: { recovery_codes: readonly string[] }) => void
  onTotp: () => void
}

function Choose({ onAdded, onTotp }: ChooseProps) {
  const t = useT()
  const text = useProblemText()
  const passkeys = usePasskeys()
  const add = useCommand(() => passkeys.add(), { onSuccess: onAdded })
  const picks = [
    ...(canUsePasskeys() ? [{ id: 'passkey', name: t('identity.factor.passkey'), about: t('identity.factor.passkey.about') }] : []),
    { id: 'totp', name: t('identity.factor.totp'), about: t('identity.factor.totp.about') },
  ]
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.factor.title')} lead={t('identity.factor.lead')} />
      {add.error && <Banner tone="danger" announce>{text(asProblem(add.error))}</Banner>}
      <PickList
        label={t('identity.factor.title')} picks={picks} pending={add.isPending ? 'passkey' : undefined}
        onPick={(way) => { if (way === 'totp') onTotp(); else add.mutate(undefined) }}
      />
    </Stack>
  )
}
