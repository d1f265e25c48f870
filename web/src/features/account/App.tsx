import { useState } from 'react'
import { api, data, idempotent } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { useIsKeycloak } from '~/shell/keycloak'
import { AddTotp } from '~/shell/proof'
import { Banner, Button, Chip, Confirm, Dialog, Muted, Row, Stack, toast, useProblemText } from '~/ui'
import { useFreshCodes } from './FreshCodes'
import { useAudience, useKeep, type Factors } from './queries'
import { Refusal } from './Refusal'
import { useSetUp } from './useSetUp'

/** The authenticator app: connected or not. At Keycloak it is connected there. */
export function App({ factors }: { factors: Factors }) {
  const t = useT()
  const keep = useKeep()
  const fresh = useFreshCodes()
  const text = useProblemText()
  const format = useFormat()
  const { audience, isStrict } = useAudience()
  const isKeycloak = useIsKeycloak() === true
  const setUp = useSetUp('totp')
  const [isAdding, setAdding] = useState(false)
  const [isRemoving, setRemoving] = useState(false)
  const since = factors.totp_added_at
  const refusal = factors.kept.totp
  const lead = isKeycloak ? 'account.app.remove.lead.keycloak' : isStrict ? 'account.app.remove.lead.staff' : 'account.app.remove.lead'
  const remove = async () => {
    keep.factors(await data(api.DELETE('/api/me/totp', { headers: idempotent(crypto.randomUUID()) })))
    toast(t('account.app.removed'))
  }
  return (
    <Stack gap={3}>
      <Muted>{t(isKeycloak ? 'account.app.about.keycloak' : 'account.app.about')}</Muted>
      {audience === 'employee' && !isKeycloak && <Muted small>{t('account.app.lost')}</Muted>}
      {since != null && <Row><Chip tone="positive" icon="check">{t('account.app.onSince', { date: format.date(since) })}</Chip></Row>}
      {since != null && <Refusal why={refusal} />}
      {setUp.error && <Banner tone="danger" announce>{text(setUp.error)}</Banner>}
      <Row>
        {since == null && (
          <Button icon="plus" isPending={setUp.isPending} onPress={() => { if (isKeycloak) setUp.mutate(undefined); else setAdding(true) }}>{t('account.app.add')}</Button>
        )}
        {since != null && refusal == null && <Button onPress={() => { setRemoving(true) }}>{t('account.app.remove')}</Button>}
      </Row>
      <Dialog title={t('account.app.add')} isOpen={isAdding} onClose={() => { setAdding(false) }}>
        <AddTotp
          onAdded={({ recovery_codes }) => {
            void keep.proofs()
            setAdding(false)
            fresh.show(recovery_codes)
          }}
        />
      </Dialog>
      {fresh.dialog}
      <Confirm
        title={t('account.app.remove.title')} confirm={t('account.app.remove')} isDanger
        isOpen={isRemoving} onClose={() => { setRemoving(false) }} onConfirm={remove}
      >
        <p>{t(lead)}</p>
      </Confirm>
    </Stack>
  )
}
