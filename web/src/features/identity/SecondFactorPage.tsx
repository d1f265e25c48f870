// The second factor: the operator's staff and companies' HR always show one, and whoever has connected an authenticator app; a newcomer of the staff sets one up.
import { useQuery } from '@tanstack/react-query'
import { redirect, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { audienceOf, homes, meQuery, safeNext, useCommand, type Loader } from '~/api'
import { useT } from '~/i18n'
import { Prove, waysQuery, withProofTexts, type Ways } from '~/shell/proof'
import { signOut } from '~/shell/sign-out'
import { Banner, Button, Loaded, Muted, PageHeader, Row, Stack, TextSkeleton, useProblemText } from '~/ui'
import { useArrive } from './arrive'
import { FirstFactor } from './FirstFactor'

const kinds = ['staff', 'hr', 'specialist', 'employee'] as const
type Kind = (typeof kinds)[number]
const kindOf = (name: string | undefined): Kind => kinds.find((one) => one === name) ?? 'employee'

export const loader: Loader = async ({ queryClient, search }) => {
  const me = await queryClient.query(meQuery)
  const next = safeNext(search['next'])
  if (!me.person) throw redirect({ to: '/sign-in', search: { next } as never, replace: true })
  if (!me.person.needs_second_factor && !me.person.needs_way_in) throw redirect({ href: next ?? homes[audienceOf(me.person)], replace: true })
  await Promise.all([withProofTexts(), queryClient.query(waysQuery)])
}

export default function SecondFactorPage() {
  const { next } = useSearch({ from: '/public/second-factor' })
  // Asked once: after the first factor is set up the answer is another, and the steps after it are still to come.
  const query = useQuery({ ...waysQuery, staleTime: Infinity })
  const { data: me } = useQuery(meQuery)
  const [needsWayIn] = useState(me?.person?.needs_way_in === true)
  const arrive = useArrive(next)
  const goOn = useCommand(() => arrive(false))
  return (
    <Loaded query={query} skeleton={<TextSkeleton lines={6} />}>
      {(ways) => <Door ways={ways} kind={kindOf(me?.person?.kind)} needsWayIn={needsWayIn} goOn={() => { goOn.mutate(undefined) }} failure={goOn.error} />}
    </Loaded>
  )
}

function Door({ ways, kind, needsWayIn, goOn, failure }: { ways: Ways; kind: Kind; needsWayIn: boolean; goOn: () => void; failure: ReturnType<typeof useCommand>['error'] }) {
  const text = useProblemText()
  return (
    <Stack gap={6}>
      {needsWayIn || !(ways.has_passkey || ways.has_totp)
        ? <FirstFactor onDone={goOn} startsWithAddress={needsWayIn} />
        : <Show ways={ways} kind={kind} onShown={goOn} />}
      {failure && <Banner tone="danger" announce>{text(failure)}</Banner>}
      <SomebodyElse />
    </Stack>
  )
}

function Show({ ways, kind, onShown }: { ways: Ways; kind: Kind; onShown: () => void }) {
  const t = useT()
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.second.title')} lead={t(kind === 'staff' || kind === 'hr' ? `identity.second.lead.${kind}` : 'identity.second.lead.app')} />
      <Prove ways={ways} onShown={onShown} />
      <Muted small>{t(`identity.second.lost.${kind}`)}</Muted>
    </Stack>
  )
}

/** The way out for whoever came here by mistake. */
function SomebodyElse() {
  const t = useT()
  const text = useProblemText()
  const leave = useCommand(() => signOut())
  return (
    <Stack gap={2}>
      {leave.error && <Banner tone="danger" announce>{text(leave.error)}</Banner>}
      <Row>
        <Button variant="quiet" icon="signOut" isPending={leave.isPending} onPress={() => { leave.mutate(undefined) }}>{t('identity.second.signOut')}</Button>
      </Row>
    </Stack>
  )
}
