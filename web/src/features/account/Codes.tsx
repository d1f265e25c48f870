import { useState } from 'react'
import { api, data, idempotent } from '~/api'
import { useT } from '~/i18n'
import { Button, Confirm, Muted, Row, Stack } from '~/ui'
import { useFreshCodes } from './FreshCodes'

/** Recovery codes: how many are left, and new ones in their place. */
export function Codes({ left }: { left: number }) {
  const t = useT()
  const fresh = useFreshCodes()
  const [isAsking, setAsking] = useState(false)
  const renew = async () => {
    const { codes } = await data(api.POST('/api/me/recovery-codes', { headers: idempotent(crypto.randomUUID()) }))
    fresh.show(codes)
  }
  return (
    <Stack gap={3}>
      <Muted>{t('account.codes.about')}</Muted>
      <p>{t('account.codes.left', { count: left })}</p>
      <Row><Button onPress={() => { setAsking(true) }}>{t('account.codes.renew')}</Button></Row>
      <Confirm title={t('account.codes.renew')} confirm={t('account.codes.renew.confirm')} isOpen={isAsking} onClose={() => { setAsking(false) }} onConfirm={renew}>
        <p>{t(left > 0 ? 'account.codes.renew.lead' : 'account.codes.about')}</p>
      </Confirm>
      {fresh.dialog}
    </Stack>
  )
}
