import { useState } from 'react'
import { api, data, idempotent } from '~/api'
import { useT } from '~/i18n'
import { useIsKeycloak } from '~/shell/keycloak'
import { AddEmail } from '~/shell/proof'
import { Button, Confirm, Dialog, Muted, Row, Stack, toast } from '~/ui'
import { useAudience, useKeep, type Account } from './queries'

/** The address for codes and reminders: added, changed, given up. */
export function Address({ account }: { account: Account }) {
  const t = useT()
  const keep = useKeep()
  const { audience } = useAudience()
  // There one's address is for letters alone.
  const isKeycloak = useIsKeycloak() === true
  const where = isKeycloak ? '.keycloak' as const : '' as const
  const [isChanging, setChanging] = useState(false)
  const [isLeaving, setLeaving] = useState(false)
  const title = t(account.email == null ? 'account.email.add' : 'account.email.change')
  const remove = async () => {
    await keep.account(await data(api.DELETE('/api/me/email', { headers: idempotent(crypto.randomUUID()) })))
    toast(t('account.email.removed'))
  }
  return (
    <Stack gap={3}>
      {account.email == null ? <p>{t(`account.email.none.${audience}${where}`)}</p> : <p><strong>{account.email}</strong></p>}
      {account.email != null && <Muted small>{t(`account.email.use.${audience}${where}`)}</Muted>}
      <Row gap={2}>
        <Button icon="mail" onPress={() => { setChanging(true) }}>{title}</Button>
        {account.email != null && <Button variant="quiet" onPress={() => { setLeaving(true) }}>{t('account.email.remove')}</Button>}
      </Row>
      <Dialog title={title} isOpen={isChanging} onClose={() => { setChanging(false) }}>
        <AddEmail
          hint={t(account.email == null ? 'account.email.hint' : isKeycloak ? 'account.email.hint.change.keycloak' : 'account.email.hint.change')}
          onAdded={() => {
            void keep.proofs()
            setChanging(false)
            toast(t('account.email.kept'))
          }}
        />
      </Dialog>
      <Confirm
        title={t('account.email.remove.title')} confirm={t('account.email.remove')} isDanger
        isOpen={isLeaving} onClose={() => { setLeaving(false) }} onConfirm={remove}
      >
        {where !== '' && account.is_by_sso && <p>{t('account.email.remove.sso')}</p>}
        <p>{t(`account.email.remove.lead.${audience}${where}`)}</p>
      </Confirm>
    </Stack>
  )
}
