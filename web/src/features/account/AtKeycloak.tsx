import { useQuery } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import { meQuery, useCommand } from '~/api'
import { useT } from '~/i18n'
import { toSetUp, type SetUp } from '~/shell/keycloak'
import { Banner, PickList, Section, Stack, useProblemText } from '~/ui'
import { useAudience } from './queries'

const first = ['passkey', 'password'] as const satisfies readonly SetUp[]
/** A second step is asked of specialists and staff alone. */
const all = [...first, 'totp', 'recovery_codes'] as const satisfies readonly SetUp[]

/** How one signs in, where that is Keycloak's: what can be set up there, and the page that lists and removes it. */
export function AtKeycloak() {
  const t = useT()
  const text = useProblemText()
  const { data: me } = useQuery(meQuery)
  const { audience } = useAudience()
  const ways = audience === 'employee' ? first : all
  const here = useRouterState({ select: (state) => state.location.pathname })
  const go = useCommand((what: SetUp) => toSetUp(what, here))
  return (
    <Section title={t('account.keycloak')}>
      <Stack gap={4}>
        {go.error && <Banner tone="danger" announce>{text(go.error)}</Banner>}
        <PickList
          label={t('account.keycloak')} pending={go.isPending ? go.variables : undefined} onPick={(id) => { go.mutate(id as SetUp) }}
          picks={ways.map((what) => ({ id: what, name: t(`account.keycloak.${what}`), about: t(`account.keycloak.${what}.about`) }))}
        />
        {me?.sign_in_account != null && <p><a href={me.sign_in_account}>{t('account.keycloak.all')}</a></p>}
      </Stack>
    </Section>
  )
}
