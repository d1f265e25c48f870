import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useCommand } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, PageHeader, Row, Section, Stack, useProblemText } from '~/ui'
import { DemoPeople } from '../DemoPeople'
import { AtWork } from './AtWork'
import { signIn, signInAtWork, type Kind } from './commands'

/** The door where one signs in at Keycloak: as whom, and then on to its page. */
export function SignIn({ next, isDemo }: { next: string | undefined; isDemo: boolean }) {
  const t = useT()
  const text = useProblemText()
  const go = useCommand((kind: Kind) => signIn(kind, next))
  const pending = go.isPending ? go.variables : undefined
  const [isAtWork, setAtWork] = useState(false)
  if (isAtWork) {
    return (
      <Stack gap={5}>
        <AtWork go={(address) => signInAtWork(address, next)} onBack={() => { setAtWork(false) }} />
        <p><Link to="/enter" search={{ by: 'code' }}>{t('identity.signIn.new')}</Link></p>
      </Stack>
    )
  }
  const doors = (
    <Stack gap={5}>
      {go.error && <Banner tone="danger" announce>{text(go.error)}</Banner>}
      <Row gap={2}>
        <Button variant="primary" icon="lock" isPending={pending === 'employee'} onPress={() => { go.mutate('employee') }}>{t('identity.keycloak.signIn')}</Button>
        <Button icon="companies" onPress={() => { setAtWork(true) }}>{t('identity.company.go')}</Button>
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
      {next !== undefined && <Banner>{t('identity.signIn.next')}</Banner>}
      {isDemo && <DemoPeople note={t('identity.keycloak.demo')} enter={(person) => signIn(person.kind as Kind, next, person.id)} />}
      {doors}
      <p><Link to="/enter" search={{ by: 'code' }}>{t('identity.signIn.new')}</Link></p>
    </Stack>
  )
}
