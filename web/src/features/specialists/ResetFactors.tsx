import { useState } from 'react'
import { api, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { useIsKeycloak } from '~/shell/keycloak'
import { Button, Confirm, Muted, Section, Stack, toast } from '~/ui'
import type { Card } from './queries'

/** For a specialist who has lost the phone and the codes: they come back by a code to their address. */
export function ResetFactors({ card }: { card: Card }) {
  const t = useT()
  const isKeycloak = useIsKeycloak()
  // There passwords and passkeys stay.
  const what = isKeycloak ? 'resetFactor' : 'reset'
  const [isAsking, setAsking] = useState(false)
  const reset = useCommand((id: string, key) => data(api.POST('/api/people/{id}/reset-factors', { params: { path: { id } }, headers: idempotent(key) })), {
    onSuccess: () => { toast(t(`specialists.${what}.done`)) },
  })
  return (
    <Section title={t('specialists.signIn')}>
      <Stack gap={2}>
        <Muted small>{t(isKeycloak ? 'specialists.signIn.keycloak' : 'specialists.signIn.text')}</Muted>
        <Button wide onPress={() => { setAsking(true) }}>{t(`specialists.${what}`)}</Button>
      </Stack>
      <Confirm title={t(`specialists.${what}.title`, { name: card.display_name })} confirm={t(`specialists.${what}`)} isDanger isOpen={isAsking} onClose={() => { setAsking(false) }} onConfirm={() => reset.mutateAsync(card.id)}>
        <p>{t(`specialists.${what}.text`)}</p>
      </Confirm>
    </Section>
  )
}
