import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { asProblem, meQuery, signedInHint } from '~/api'
import { nowMs } from '~/i18n/clock'
import { useT } from '~/i18n'
import { useIsKeycloak } from '~/shell/keycloak'
import { TextSkeleton, useBack } from '~/ui'
import type { Arrive } from './arrive'
import { askForCode, register } from './commands'
import { ChooseStep } from './ChooseStep'
import { hasTexts, useKept } from './kept'
import { MailedCodeStep } from './MailedCodeStep'
import { NameStep } from './NameStep'
import { signInAtWork } from './keycloak/commands'
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
}
const isSent = (value: unknown): value is Sent => hasTexts(value, ['email', 'challengeId', 'at'])

/** The company's own sign-in is asked for, by somebody who is signed in here. */
export interface AtWork {
  atWork: string
}

/** Sends a code. */
async function ask(email: string): Promise<Sent> {
  const { challenge_id } = await askForCode(email)
  return { email, challengeId: challenge_id, at: new Date(nowMs()).toISOString() }
}

const isAtWork = (error: unknown): boolean => asProblem(error).code === 'company_sign_in'

/** Sends a code; where the address is of a company with its own sign-in, goes on to that. */
export const send = (email: string): Promise<Sent> => ask(email).catch(async (error: unknown) => {
  if (isAtWork(error)) await signInAtWork(email)
  throw error
})

/** As `send`; whoever is signed in goes nowhere yet. */
export const begin = (email: string): Promise<Sent | AtWork> => signedInHint.read()
  ? ask(email).catch((error: unknown) => {
    if (isAtWork(error)) return { atWork: email }
    throw error
  })
  : send(email)

type Proven =
  | { at: 'move'; offer: RecordOffer }
  | { at: 'choose'; code: string; kinds: readonly string[] }
  | { at: 'name'; ticket: { id: string; token: string }; company: string; pass?: { company_id: string; is_needed: boolean } | null }

interface Props {
  arrive: Arrive
  /** The first step: differs between those who come back and newcomers. `email` is what was typed before. */
  first: (email: string, onSent: (sent: Sent | AtWork) => void) => ReactNode
}

/** By a mailed code: into one's account, or, at an entitled company address without one, to a new account. */
export function ByEmail({ arrive, first }: Props) {
  const t = useT()
  const [sent, setSent] = useKept<Sent>('mailed-code', isSent)
  const [email, setEmail] = useState(sent?.email ?? '')
  const [proven, setProven] = useState<Proven>()
  const [atWork, setAtWork] = useState<string>()
  const isKeycloak = useIsKeycloak()
  const [name, setName] = useState<string>()
  const again = () => {
    setEmail(sent?.email ?? '')
    setProven(undefined)
    setSent(undefined)
  }
  const goOn = async (step: SignInStep, code: string) => {
    if (step.state === 'signed_in') {
      setSent(undefined)
      await arrive(false)
    } else if (step.state === 'choose') setProven({ at: 'choose', code, kinds: step.kinds })
    else if (step.state === 'move') setProven({ at: 'move', offer: step })
    else setProven({ at: 'name', ticket: { id: step.ticket_id, token: step.ticket }, company: step.company_name, pass: step.pass ?? null })
  }
  const back = { label: t('identity.mail.another'), onPress: again }
  useBack(sent !== undefined, again)
  const { data: me } = useQuery(meQuery)

  if (atWork !== undefined) {
    return (
      <Suspense fallback={<TextSkeleton lines={5} />}>
        <LeaveFirst address={atWork} back={{ label: t('identity.mail.another'), onPress: () => { setAtWork(undefined) } }} />
      </Suspense>
    )
  }
  if (!sent) {
    return first(email, (found) => {
      if ('atWork' in found) setAtWork(found.atWork)
      else setSent(found)
    })
  }
  if (proven?.at === 'choose') return <ChooseStep challengeId={sent.challengeId} code={proven.code} kinds={proven.kinds} goOn={goOn} back={back} />
  if (proven?.at === 'move') return <MoveSteps offer={proven.offer} back={back} />
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
        newcomer={{ proof: { kind: 'ticket', ticket_id: proven.ticket.id, ticket: proven.ticket.token }, name }} address={sent.email} step={{ current: 4, total: 4 }}
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
  return <MailedCodeStep sent={sent} onSent={setSent} goOn={goOn} back={back} />
}
