import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useCommand } from '~/api'
import { brand } from '~/brand'
import { useT } from '~/i18n'
import { Rich } from '~/i18n/Rich'
import { Banner, Button, PageHeader, Row, Section, Stack, TextSkeleton, useProblemText } from '~/ui'
import { DemoPeople } from '../DemoPeople'
import { AtWork } from './AtWork'
import { givenUpQuery, signIn, signInAtWork, type Kind } from './commands'
import { Unfinished } from './Unfinished'

// Few come by these, and seldom.
const Before = lazy(() => import('./Before'))
const ComeBack = lazy(() => import('./ComeBack'))

interface Props {
  next: string | undefined
  isDemo: boolean
  /** Records of the time before Keycloak may be moved now. */
  isMoving: boolean
  /** Came back from a page of Keycloak's with nothing. */
  isBack: boolean
  /** Their session has ended while a screen was open. */
  isEnded: boolean
  /** Straight to the way back: of who has lost what they sign in with, or whose company has changed its server. */
  back: 'lost' | 'moved' | undefined
}

/** The door where one signs in at Keycloak: as whom, and then on to its page. */
export function SignIn({ next, isDemo, isMoving, isBack, isEnded, back }: Props) {
  const t = useT()
  const text = useProblemText()
  const go = useCommand((kind: Kind) => signIn(kind, next))
  const pending = go.isPending ? go.variables : undefined
  const [at, setAt] = useState<'work' | 'before' | 'lost' | undefined>(back && 'lost')
  const toDoors = () => { setAt(undefined) }
  if (at === 'before' || at === 'lost') {
    return <Suspense fallback={<TextSkeleton lines={5} />}>{at === 'before' ? <Before onBack={toDoors} onLost={() => { setAt('lost') }} /> : <ComeBack isMoved={back === 'moved'} onBack={toDoors} />}</Suspense>
  }
  if (at === 'work') {
    return (
      <Stack gap={5}>
        <AtWork go={(address) => signInAtWork(address, next)} onBack={toDoors} onLost={() => { setAt('lost') }} />
        <p><Link to="/enter" search={{ by: 'code' }}>{t('identity.signIn.new')}</Link></p>
      </Stack>
    )
  }
  const doors = (
    <Stack gap={5}>
      {go.error && <Banner tone="danger" announce>{text(go.error)}</Banner>}
      <Row gap={2}>
        <Button variant="primary" icon="lock" isPending={pending === 'employee'} onPress={() => { go.mutate('employee') }}>{t('identity.keycloak.signIn')}</Button>
        <Button icon="companies" onPress={() => { setAt('work') }}>{t('identity.company.go')}</Button>
      </Row>
      <Section level={3} title={t('identity.keycloak.others')}>
        <Row gap={2}>
          <Button isPending={pending === 'specialist'} onPress={() => { go.mutate('specialist') }}>{t('identity.choose.specialist')}</Button>
          <Button isPending={pending === 'hr'} onPress={() => { go.mutate('hr') }}>{t('identity.choose.hr')}</Button>
          <Button isPending={pending === 'staff'} onPress={() => { go.mutate('staff') }}>{t('identity.choose.staff')}</Button>
        </Row>
      </Section>
    </Stack>
  )
  return (
    <Stack gap={6}>
      <PageHeader title={t('identity.signIn.title')} lead={t('identity.keycloak.lead')} />
      {isBack && <GivenUp />}
      <Unfinished />
      {next !== undefined && <Banner>{t(isEnded ? 'identity.signIn.ended' : 'identity.signIn.next')}</Banner>}
      {isDemo && <DemoPeople note={t('identity.keycloak.demo')} enter={(person) => signIn(person.kind as Kind, next, person.id)} />}
      {isMoving && (
        <Banner title={t('identity.before.told')}>
          <Stack gap={3}>
            <span>{t('identity.before.told.text')}</span>
            <Row><Button onPress={() => { setAt('before') }}>{t('identity.before.open')}</Button></Row>
          </Stack>
        </Banner>
      )}
      {doors}
      <Row><Button variant="quiet" onPress={() => { setAt('lost') }}>{t('identity.lostKey.open')}</Button></Row>
      <Row justify="between">
        <Link to="/enter" search={{ by: 'code' }}>{t('identity.signIn.new')}</Link>
        <Link to="/enter" search={{ by: 'pass' }}>{t('identity.enter.byPass')}</Link>
      </Row>
    </Stack>
  )
}

/** What became of a company's sign-in that ended on a page of Keycloak's. */
function GivenUp() {
  const t = useT()
  const { data: found } = useQuery(givenUpQuery)
  if (!found || found.failure === 'none' || found.company_name == null) return null
  const company = found.company_name
  return (
    <Banner tone="notice" announce title={t(found.failure === 'secret' ? 'identity.givenUp.secret' : 'identity.givenUp.other', { company })}>
      <Rich
        text={t('identity.givenUp.text')}
        tags={{ mail: (content) => <a href={`mailto:${brand().operator.supportEmail}`}>{content}</a>, code: (content) => <Link to="/enter" search={{ by: 'code' }}>{content}</Link> }}
      />
    </Banner>
  )
}
