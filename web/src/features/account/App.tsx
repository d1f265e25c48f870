import { useState } from 'react'
import { api, data, idempotent } from '~/api'
import { useT } from '~/i18n'
import { AddTotp } from '~/shell/proof'
import { Button, Chip, Confirm, Dialog, Muted, Row, Stack, toast } from '~/ui'
import { useFreshCodes } from './FreshCodes'
import { useAudience, useKeep, type Factors } from './queries'
import { refusalOf } from './ways'

/** The authenticator app: connected or not. */
export function App({ factors }: { factors: Factors }) {
  const t = useT()
  const keep = useKeep()
  const fresh = useFreshCodes()
  const { audience, isStrict } = useAudience()
  const [isAdding, setAdding] = useState(false)
  const [isRemoving, setRemoving] = useState(false)
  const refusal = refusalOf(factors, 'totp', isStrict)
  const remove = async () => {
    keep.factors(await data(api.DELETE('/api/me/totp', { headers: idempotent(crypto.randomUUID()) })))
    toast(t('account.app.removed'))
  }
  return (
    <Stack gap={3}>
      <Muted>{t('account.app.about')}</Muted>
      {audience === 'employee' && <Muted small>{t('account.app.lost')}</Muted>}
      {factors.has_totp && <Row><Chip tone="positive" icon="check">{t('account.app.on')}</Chip></Row>}
      {factors.has_totp && refusal === 'lastFactor' && <Muted small>{t('account.refusal.lastFactor')}</Muted>}
      <Row>
        {factors.has_totp
          ? refusal !== 'lastFactor' && <Button onPress={() => { setRemoving(true) }}>{t('account.app.remove')}</Button>
          : <Button icon="plus" onPress={() => { setAdding(true) }}>{t('account.app.add')}</Button>}
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
        <p>{t(isStrict ? 'account.app.remove.lead.staff' : 'account.app.remove.lead')}</p>
      </Confirm>
    </Stack>
  )
}
