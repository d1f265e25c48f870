// Back from Keycloak: the server takes what the browser brought, and this page goes on from there.
import { useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { audienceOf, homes, meQuery, safeNext, useCommand, type ApiProblem } from '~/api'
import { brand } from '~/brand'
import { useT } from '~/i18n'
import { Rich } from '~/i18n/Rich'
import { tellProven } from '~/shell/keycloak'
import { Banner, Button, LinkButton, PageHeader, PickList, Row, Stack, TextSkeleton, toast, useProblemText } from '~/ui'
import { useArrive } from './arrive'
import { answer, broughtBy, chooseWay, type Step } from './keycloak/commands'
import { CompanyNewcomer, CompanyWanted } from './keycloak/CompanySteps'
import { Unfinished } from './keycloak/Unfinished'
import { forgetKept, hasTexts, unfinished, useKept } from './kept'
import { isVouched, VOUCHED, type Vouched } from './pass/kept'

/** What is asked before the way on. Kept with the tab: a reload goes on with it, since the answer that led to it was good once. */
type Asked = Extract<Step, { state: 'no_way_in' | 'newcomer' | 'company_wanted' }>
const isAsked = (value: unknown): value is Asked =>
  hasTexts(value, ['state', 'entry_id']) && ['no_way_in', 'newcomer', 'company_wanted'].includes((value as Asked).state)

export default function SignedInPage() {
  const t = useT()
  const router = useRouter()
  const search = useSearch({ from: '/public/signed-in' })
  const [next, setNext] = useState<string>()
  const arrive = useArrive(next)
  const [asked, setAsked] = useKept<Asked>('asked', isAsked)
  const [brought] = useState(() => broughtBy(search))
  const [, setVouched] = useKept<Vouched>(VOUCHED, isVouched)
  const [entered, setEntered] = useState<Step>()
  const client = useQueryClient()
  const go = (href: string | null | undefined) => router.navigate({ href: safeNext(href) ?? '/', replace: true })
  const take = useCommand(() => answer(brought), {
    onSuccess: async (step) => {
      if (step.state === 'signed_in') setNext(safeNext(step.next))
      else if (step.state === 'shown') {
        tellProven()
        if (step.next == null) window.close()
        else await go(step.next)
      }
      else if (step.state === 'set_up') {
        if (step.is_done) toast(t('identity.keycloak.setUp'))
        await go(step.next)
      } else if (step.state === 'pass') {
        setVouched({ company: step.company_id, name: step.company_name, id: step.ticket_id, token: step.ticket })
        await router.navigate({ to: '/enter', search: { by: 'email' }, replace: true })
      } else if (step.state === 'again') location.assign(step.address)
      else setAsked(step)
    },
    onError: async ({ code }) => {
      if (code !== 'sign_in_over') return
      // By "back", over Keycloak's page, one comes here with what was good once: whoever is in goes on.
      const me = await client.query(meQuery).catch(() => undefined)
      if (me?.person) await go(homes[audienceOf(me.person)])
    },
  })
  const last = entered ?? take.data
  const arrived = last?.state === 'signed_in' ? last : undefined
  // An answer is good once, however often this is drawn.
  const isTaken = useRef(false)
  useEffect(() => {
    if (isTaken.current) return
    isTaken.current = true
    if (brought.state === 'none' && asked) return
    setAsked(undefined)
    take.mutate(undefined)
    // The code stands in no address that is shown, kept or read over a shoulder (decision 0018).
    void router.navigate({ to: '/signed-in', search: {}, replace: true })
  }, [take, brought, asked, setAsked, router])
  const leave = () => {
    setAsked(undefined)
    void router.navigate({ href: '/' })
  }
  const isArrived = useRef(false)
  useEffect(() => {
    if (!arrived || isArrived.current) return
    isArrived.current = true
    if (arrived.is_new) forgetKept()
    void arrive(arrived.is_new && arrived.kind === 'employee')
  }, [arrived, arrive])
  if (asked?.state === 'no_way_in') return <NoWayIn entry={asked.entry_id} canHavePassword={asked.can_have_password} hasRecord={asked.has_record} />
  if (asked?.state === 'company_wanted') return <CompanyWanted entry={asked} />
  if (asked && !entered) return <CompanyNewcomer entry={asked} onEntered={setEntered} onBack={leave} />
  // Only a tab that a page has opened can be closed by itself; else the words hold.
  if (take.data?.state === 'shown') return <PageHeader title={t('identity.prove.done')} lead={t('identity.prove.done.lead')} />
  if (take.error) return <Failed problem={take.error} />
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.keycloak.coming')} />
      <TextSkeleton lines={3} />
    </Stack>
  )
}

/** Who has a record, which this does not open: it is reached otherwise, and no other is offered. */
const ofRecord: ReadonlySet<string> = new Set(['company_access_ended', 'other_colleague', 'other_company'])
/** Whose record is not found, or not by this. */
const ofLost: ReadonlySet<string> = new Set(['company_access_ended', 'other_company', 'no_record', 'company_not_covered', 'work_address_elsewhere', 'work_address_unverified'])

/** The way there and back is at fault, and not what somebody came with. */
const ofTheWay: ReadonlySet<string> = new Set(['sign_in_cancelled', 'sign_in_over', 'sign_in_refused', 'sign_in_unavailable'])

function Failed({ problem }: { problem: ApiProblem }) {
  const t = useT()
  const hasRecord = ofRecord.has(problem.code)
  const mayHaveRecord = ofLost.has(problem.code)
  const text = useProblemText()
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.keycloak.failed')} />
      <Banner tone="danger" announce>{text(problem)}</Banner>
      {ofTheWay.has(problem.code) && <Unfinished />}
      {problem.code === 'other_colleague' && <p><Rich text={t('identity.keycloak.colleague')} tags={{ mail: (content) => <a href={`mailto:${brand().operator.supportEmail}`}>{content}</a> }} /></p>}
      <Row>
        <LinkButton to="/sign-in" search={{}} variant="primary">{t(hasRecord ? 'identity.keycloak.own' : 'identity.keycloak.again')}</LinkButton>
        {mayHaveRecord && <LinkButton to="/sign-in" search={{ at: 'lost' }}>{t('identity.name.before')}</LinkButton>}
        {!hasRecord && <LinkButton to="/enter" search={{ by: 'code' }}>{t('identity.keycloak.enter')}</LinkButton>}
      </Row>
    </Stack>
  )
}

/** Whoever left the set-up has an account and no way back to it. */
function NoWayIn({ entry, canHavePassword, hasRecord }: { entry: string; canHavePassword: boolean; hasRecord: boolean }) {
  const t = useT()
  const text = useProblemText()
  const router = useRouter()
  const go = useCommand((way: 'passkey' | 'password') => chooseWay(entry, way))
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.way.none')} lead={t(hasRecord ? 'identity.way.none.record' : 'identity.way.none.lead')} />
      {go.error && <Banner tone="danger" announce>{text(go.error)}</Banner>}
      <PickList
        label={t('identity.way.none')} pending={go.isPending ? go.variables : undefined}
        onPick={(id) => { go.mutate(id === 'password' ? 'password' : 'passkey') }}
        picks={[
          { id: 'passkey', name: t('identity.way.passkey'), about: t('identity.way.passkey.about') },
          ...(canHavePassword ? [{ id: 'password', name: t('identity.way.password'), about: t('identity.way.password.set') }] : []),
        ]}
      />
      <Row>
        {hasRecord
          ? <LinkButton to="/sign-in" search={{}} variant="quiet">{t('identity.way.anew')}</LinkButton>
          : <Button variant="quiet" onPress={() => { void router.navigate({ href: unfinished() ?? '/' }) }}>{t('identity.factor.another')}</Button>}
      </Row>
    </Stack>
  )
}
