import { useRouter } from '@tanstack/react-router'
import { useT } from '~/i18n'
import { Banner, Button } from '~/ui'
import { unfinished } from '../kept'

/** Whoever left a first entry at Keycloak goes on where they were: what they have proven is not asked again. */
export function Unfinished() {
  const t = useT()
  const router = useRouter()
  const href = unfinished()
  if (href === undefined) return null
  return (
    <Banner tone="notice" title={t('identity.unfinished')} actions={<Button variant="primary" onPress={() => { void router.navigate({ href }) }}>{t('identity.unfinished.go')}</Button>}>
      {t('identity.unfinished.text')}
    </Banner>
  )
}
