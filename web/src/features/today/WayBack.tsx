// Whoever may sign in at Keycloak by a passkey alone (only Keycloak knows whether they do) learns here, once, that a code would lead them back; and after a
// return by it, that it is spent.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { wayBackQuery } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, LinkButton } from '~/ui'
import { hintHidden } from './hint'

export default function WayBack() {
  const t = useT()
  const { data: way } = useQuery(wayBackQuery)
  const [isHidden, setHidden] = useState(hintHidden.read)
  if (way?.used_at != null) {
    return (
      <Banner tone="notice" title={t('today.wayBack.used')} actions={<LinkButton to="/me/security">{t('today.wayBack.make')}</LinkButton>}>
        <p>{t('today.wayBack.used.text')}</p>
      </Banner>
    )
  }
  if (way?.made_at != null || way?.is_only_way !== true || isHidden) return null
  const hide = () => {
    hintHidden.write()
    setHidden(true)
  }
  return (
    <Banner
      title={t('today.wayBack')}
      actions={(
        <>
          <LinkButton to="/me/security">{t('today.wayBack.make')}</LinkButton>
          <Button variant="quiet" onPress={hide}>{t('today.wayBack.later')}</Button>
        </>
      )}
    >
      <p>{t('today.wayBack.text')}</p>
    </Banner>
  )
}
