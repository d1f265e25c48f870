import { useT } from '~/i18n'
import { useIsKeycloak } from '~/shell/keycloak'
import { Muted } from '~/ui'
import type { Factors } from './queries'

/** Why something may not be given up; nothing where it may. */
export function Refusal({ why }: { why: Factors['kept']['passkey'] }) {
  const t = useT()
  const isKeycloak = useIsKeycloak()
  if (why == null) return null
  return <Muted small>{t(why === 'last_way_in' && isKeycloak === true ? 'account.refusal.last_way_in.keycloak' : `account.refusal.${why}`)}</Muted>
}
