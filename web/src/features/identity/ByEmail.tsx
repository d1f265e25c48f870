import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { asProblem, meQuery } from '~/api'
import { nowMs } from '~/i18n/clock'
import { useT } from '~/i18n'
import { useIsKeycloak } from '~/shell/keycloak'
import { Button, LinkButton, PageHeader, Row, Stack, TextSkeleton, useBack } from '~/ui'
import type { Arrive } from './arrive'
import { askForCode, register } from './commands'
import { ChooseStep } from './ChooseStep'
import { hasTexts, useKept } from './kept'
import { MailedCodeStep } from './MailedCodeStep'
import { NameStep } from './NameStep'
import { CompanyAhead } from './keycloak/CompanySteps'
import { MoveSteps, type RecordOffer } from './keycloak/MoveSteps'
import { WayStep } from './keycloak/WayStep'
import type { SignInStep } from './queries'

// Of few companies: fetched where it is used.
const FetchPass = lazy(() => import('./pass/FetchPass'))
const LeaveFirst = lazy(() => import('./keycloak/LeaveFirst'))

/** A code on its way. */
export interface Sent {
  email: string
  challengeId: string
  /** When the server took the request, RFC 3339. */
  at: string
  isOtherWay?: boolean
}
const isSent = (value: unknown): value is Sent => hasTexts(value, ['email', 'challengeId', 'at'])

/** Whoever has an address of a company with its own sign-in goes there. */
export interface Ahead {
  email: string
  company: string
  /** The company leaves no other way. */
  isNeeded: boolean
}

/** What a problem about an address says of its company, if it is that one. */
export function aheadOf(email: string, error: unknown): Ahead {
  const { code, body } = asProblem(error)
  if (code !== 'company_sign_in') throw error
  return { email, company: typeof body['company_name'] === 'string' ? body['company_name'] : '', isNeeded: body['is_needed'] === true }
}

/** Sends a code; or says that one signs in at the company. `isOtherWay`: one could, and wants a code. */
export const send = (email: string, isOtherWay = false): Promise<Sent | Ahead> =>
  askForCode(email, isOtherWay).then(
    ({ challenge_id }): Sent => ({ email, challengeId: challenge_id, at: new Date(nowMs()).toISOString(), ...(isOtherWay && { isOtherWay }) }),
    (error: unknown) => aheadOf(email, error),
  )

type Proven =
  | { at: 'move'; offer: RecordOffer }
  | { at: 'choose'; code: string; kinds: readonly string[] }
  | { at: 'name'; ticket: { id: string; token: string }; company: string; isAtWork: boolean; pass?: { company_id: string; is_needed: boolean } | null }

interface Props {
  arrive: Arrive
  /** The first step: differs between those who come back and newcomers. `email` is what was typed before. */
  first: (email: string, onAsked: (asked: Sent | Ahead) => void) => ReactNode
  /** Whoever comes back wants no account beside the one they have. */
  isBack?: boolean
}

/** By a mailed code: into one's account, or, at an entitled company address without one, to a new account. */
export function ByEmail({ arrive, first, isBack = false }: Props) {
  const t = useT()
  const [sent, setSent] = useKept<Sent>('mailed-code', isSent)
  const [email, setEmail] = useState(sent?.email ?? '')
  const [proven, setProven] = useState<Proven>()
  const [ahead, setAhead] = useState<Ahead>()
  const isKeycloak = useIsKeycloak()
  const [name, setName] = useState<string>()
  const again = () => {
    setEmail(ahead?.email ?? sent?.email ?? '')
    setProven(undefined)
    setAhead(undefined)
    setSent(undefined)
  }
  const onAsked = (asked: Sent | Ahead) => {
    setAhead('company' in asked ? asked : undefined)
    setSent('company' in asked ? undefined : asked)
  }
  const goOn = async (step: SignInStep, code: string) => {
    if (step.state === 'signed_in') {
      setSent(undefined)
      await arrive(false)
    } else if (step.state === 'choose') setProven({ at: 'choose', code, kinds: step.kinds })
    else if (step.state === 'move') setProven({ at: 'move', offer: step })
    else setProven({ at: 'name', ticket: { id: step.ticket_id, token: step.ticket }, company: step.company_name, isAtWork: step.is_at_work, pass: step.pass ?? null })
  }
  const back = { label: t('identity.mail.another'), onPress: again }
  useBack(sent !== undefined || ahead !== undefined, again)
  const { data: me } = useQuery(meQuery)

  if (ahead && me?.person) {
    return <Suspense fallback={<TextSkeleton lines={5} />}><LeaveFirst address={ahead.email} back={back} /></Suspense>
  }
  if (ahead) return <CompanyAhead ahead={ahead} onAsked={onAsked} back={back} />
  if (!sent) return first(email, onAsked)
  if (proven?.at === 'choose') return <ChooseStep challengeId={sent.challengeId} code={proven.code} kinds={proven.kinds} goOn={goOn} back={back} />
  if (proven?.at === 'move') return <MoveSteps offer={proven.offer} back={back} />
  if (proven?.at === 'name' && isBack) return <NothingHere email={sent.email} back={back} />
  if (proven?.at === 'name' && proven.pass && (proven.pass.is_needed || me?.person?.kind === 'employee')) {
    return (
      <Suspense fallback={<TextSkeleton lines={6} />}>
        <FetchPass
          proof={{ kind: 'ticket', ticket_id: proven.ticket.id, ticket: proven.ticket.token }} company={{ id: proven.pass.company_id, name: proven.company }}
          step={{ current: 3, total: isKeycloak ? 5 : 4 }} back={back}
        />
      </Suspense>
    )
  }
  if (proven?.at === 'name' && name !== undefined) {
    return (
      <WayStep
        newcomer={{ proof: { kind: 'ticket', ticket_id: proven.ticket.id, ticket: proven.ticket.token }, name, isAtWork: proven.isAtWork }} address={sent.email} step={{ current: 4, total: 4 }}
        back={{ label: t('identity.way.name'), onPress: () => { setName(undefined) } }}
      />
    )
  }
  if (proven?.at === 'name') {
    return (
      <NameStep
        company={proven.company} hasEmail={isKeycloak ? undefined : true} step={{ current: 3, total: isKeycloak ? 4 : 3 }} back={back}
        submit={async (name) => {
          if (isKeycloak) {
            setName(name)
            return
          }
          await register(proven.ticket, name)
          setSent(undefined)
          await arrive(true)
        }}
      />
    )
  }
  return <MailedCodeStep sent={sent} onAsked={onAsked} goOn={goOn} back={back} />
}

/** Nobody's record is at the address: nothing begins unasked. */
function NothingHere({ email, back }: { email: string; back: { label: string; onPress: () => void } }) {
  const t = useT()
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.lostKey.nothing')} lead={t('identity.lostKey.nothing.lead', { email })} />
      <Row gap={2}>
        <Button onPress={back.onPress}>{back.label}</Button>
        <LinkButton to="/enter" search={{ by: 'email' }} variant="quiet">{t('identity.lostKey.anew')}</LinkButton>
      </Row>
    </Stack>
  )
}
