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
  /** Its sign-in was another server's once. */
  hasMoved: boolean
  /** Its newcomers come back with a pass. */
  givesPass: boolean
}

/** What a problem about an address says of its company, if it is that one. */
export function aheadOf(email: string, error: unknown): Ahead {
  const { code, body } = asProblem(error)
  if (code !== 'company_sign_in') throw error
  const is = (name: string) => body[name] === true
  return {
    email, company: typeof body['company_name'] === 'string' ? body['company_name'] : '',
    isNeeded: is('is_needed'), hasMoved: is('has_moved'), givesPass: is('gives_pass'),
  }
}

/** Sends a code; or says that one signs in at the company. `isOtherWay`: one could, and wants a code. */
export const send = (email: string, isOtherWay = false): Promise<Sent | Ahead> =>
  askForCode(email, isOtherWay).then(
    ({ challenge_id }): Sent => ({ email, challengeId: challenge_id, at: new Date(nowMs()).toISOString(), ...(isOtherWay && { isOtherWay }) }),
    (error: unknown) => aheadOf(email, error),
  )

/** The address has several accounts. */
interface Choice { code: string; kinds: readonly string[] }

// What a code has proven is kept with the tab, over the way to Keycloak and back: the code itself is good once.
const isOffer = (value: unknown): value is RecordOffer => hasTexts(value, ['ticket_id', 'ticket', 'kind'])

/** Whose address is proven, and who has no account yet. */
interface Ticket {
  id: string
  token: string
  company: string
  /** The company's people may sign in at it. */
  isAtWork?: boolean
  pass?: { company_id: string; is_needed: boolean } | null
  /** What to call them: said, and the way in is all that is left. */
  name?: string
}
const isTicket = (value: unknown): value is Ticket => hasTexts(value, ['id', 'token', 'company'])

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
  // Whoever comes back begins nothing: what they are asked for is theirs, and not of a first entry in this tab.
  const place = isBack ? 'back' : 'mailed'
  const [sent, setSent] = useKept<Sent>(`${place}-code`, isSent)
  const [email, setEmail] = useState(sent?.email ?? '')
  const [choice, setChoice] = useState<Choice>()
  const [offer, setOffer] = useKept<RecordOffer>(`${place}-offer`, isOffer)
  const [ticket, setTicket] = useKept<Ticket>(`${place}-ticket`, isTicket)
  const [ahead, setAhead] = useState<Ahead>()
  const isKeycloak = useIsKeycloak()
  const forget = () => {
    setChoice(undefined)
    setOffer(undefined)
    setTicket(undefined)
  }
  const again = () => {
    setEmail(ahead?.email ?? sent?.email ?? '')
    forget()
    setAhead(undefined)
    setSent(undefined)
  }
  const onAsked = (asked: Sent | Ahead) => {
    forget()
    setAhead('company' in asked ? asked : undefined)
    setSent('company' in asked ? undefined : asked)
  }
  const goOn = async (step: SignInStep, code: string) => {
    forget()
    if (step.state === 'signed_in') {
      setSent(undefined)
      await arrive(false)
    } else if (step.state === 'choose') setChoice({ code, kinds: step.kinds })
    else if (step.state === 'move') setOffer(step)
    else setTicket({ id: step.ticket_id, token: step.ticket, company: step.company_name, isAtWork: step.is_at_work, pass: step.pass ?? null })
  }
  const back = { label: t('identity.mail.another'), onPress: again }
  useBack(sent !== undefined || ahead !== undefined, again)
  const { data: me } = useQuery(meQuery)

  if (ahead && me?.person) {
    return <Suspense fallback={<TextSkeleton lines={5} />}><LeaveFirst address={ahead.email} back={back} /></Suspense>
  }
  if (ahead) return <CompanyAhead ahead={ahead} onAsked={onAsked} back={back} isBack={isBack} />
  if (!sent) return first(email, onAsked)
  if (choice) return <ChooseStep challengeId={sent.challengeId} code={choice.code} kinds={choice.kinds} goOn={goOn} back={back} />
  if (offer) return <MoveSteps offer={offer} work={sent.email} back={back} />
  if (!ticket) return <MailedCodeStep sent={sent} onAsked={onAsked} goOn={goOn} back={back} />
  if (isBack) return <NothingHere email={sent.email} back={back} />
  const proof = { kind: 'ticket', ticket_id: ticket.id, ticket: ticket.token } as const
  if (ticket.pass && (ticket.pass.is_needed || me?.person?.kind === 'employee')) {
    return (
      <Suspense fallback={<TextSkeleton lines={6} />}>
        <FetchPass proof={proof} company={{ id: ticket.pass.company_id, name: ticket.company }} back={back} />
      </Suspense>
    )
  }
  if (ticket.name !== undefined) {
    const { name, ...unnamed } = ticket
    return (
      <WayStep
        newcomer={{ proof, name, isAtWork: ticket.isAtWork === true }} address={sent.email}
        back={{ label: t('identity.way.name'), onPress: () => { setTicket(unnamed) } }}
      />
    )
  }
  return (
    <NameStep
      company={ticket.company} hasEmail={isKeycloak ? undefined : true} back={back}
      submit={async (name) => {
        if (isKeycloak) {
          setTicket({ ...ticket, name })
          return
        }
        await register(ticket, name)
        forget()
        setSent(undefined)
        await arrive(true)
      }}
    />
  )
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
