import { useState } from 'react'
import { api, data, idempotent } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button, Confirm, Muted, Row, Stack, toast, useProblemText } from '~/ui'
import { useKeep, type Factors } from './queries'
import { Refusal } from './Refusal'
import { useSetUp } from './useSetUp'

/** A password, which there is at Keycloak alone: chosen and changed there, removed here. */
export function Password({ factors }: { factors: Factors }) {
  const t = useT()
  const text = useProblemText()
  const format = useFormat()
  const keep = useKeep()
  const setUp = useSetUp('password')
  const [isRemoving, setRemoving] = useState(false)
  const since = factors.password_set_at
  const refusal = factors.kept.password
  const remove = async () => {
    keep.factors(await data(api.DELETE('/api/me/password', { headers: idempotent(crypto.randomUUID()) })))
    toast(t('account.password.removed'))
  }
  return (
    <Stack gap={3}>
      <Muted>{t('account.password.about')}{since != null && factors.can_have_password && ` ${t('account.password.change.about')}`}</Muted>
      <p>{since == null ? t('account.password.none') : t('account.password.set', { date: format.date(since) })}</p>
      {since != null && <Refusal why={refusal} />}
      {setUp.error && <Banner tone="danger" announce>{text(setUp.error)}</Banner>}
      <Row>
        {factors.can_have_password && <Button isPending={setUp.isPending} onPress={() => { setUp.mutate(undefined) }}>{t(since == null ? 'account.password.add' : 'account.password.change')}</Button>}
        {since != null && refusal == null && <Button variant="quiet" onPress={() => { setRemoving(true) }}>{t('account.password.remove')}</Button>}
      </Row>
      <Confirm
        title={t('account.password.remove.title')} confirm={t('account.password.remove')} isDanger
        isOpen={isRemoving} onClose={() => { setRemoving(false) }} onConfirm={remove}
      >
        <p>{t('account.password.remove.lead')}</p>
      </Confirm>
    </Stack>
  )
}
