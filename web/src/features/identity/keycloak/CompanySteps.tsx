import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useCommand } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, LinkButton, PageHeader, PickList, Row, Stack, useProblemText } from '~/ui'
import { NameStep } from '../NameStep'
import { useHeadingFocus } from '../useHeadingFocus'
import { send, type Ahead, type Sent } from '../ByEmail'
import { enterByCompany, signInAtWork, toCompany, type Step } from './commands'

interface NewcomerProps {
  entry: Extract<Step, { state: 'newcomer' }>
  onEntered: (step: Step) => void
  onBack: () => void
}

/** The company has vouched for somebody who has no account here yet: all that is left is what to call them. */
export function CompanyNewcomer({ entry, onEntered, onBack }: NewcomerProps) {
  const t = useT()
  const [isNew, setNew] = useState(!entry.has_moved)
  if (!isNew) return <BeforeMoved company={entry.company_name} onNew={() => { setNew(true) }} />
  return (
    <Stack gap={5}>
      <NameStep
        company={entry.company_name} hasEmail={undefined} lead={t('identity.company.lead', { company: entry.company_name })} back={{ label: t('identity.company.leave'), onPress: onBack }}
        submit={async (name) => { onEntered(await enterByCompany(entry.entry_id, name)) }}
      />
      <Banner tone="private" title={t('identity.company.private')}>{t('identity.company.private.text')}</Banner>
    </Stack>
  )
}

/** The company's new server does not know whom the former one knew: a name that is given at once would begin anew beside what is there. Everybody is asked. */
function BeforeMoved({ company, onNew }: { company: string; onNew: () => void }) {
  const t = useT()
  const navigate = useNavigate()
  useHeadingFocus('moved')
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.moved.title')} lead={t('identity.moved.lead', { company })} />
      <PickList
        label={t('identity.moved.title')} pending={undefined} onPick={(id) => { if (id === 'new') onNew(); else void navigate({ to: '/sign-in', search: { at: 'moved' } }) }}
        picks={[
          { id: 'before', name: t('identity.moved.before'), about: t('identity.moved.before.about') },
          { id: 'new', name: t('identity.moved.new'), about: t('identity.moved.new.about') },
        ]}
      />
    </Stack>
  )
}

/** The company wants its own sign-in: what that means, and on to it. */
export function CompanyWanted({ entry }: { entry: Extract<Step, { state: 'company_wanted' }> }) {
  const t = useT()
  const text = useProblemText()
  const go = useCommand(() => toCompany(entry.entry_id))
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.company.wanted', { company: entry.company_name })} lead={t('identity.company.wanted.lead')} />
      {go.error && <Banner tone="danger" announce>{text(go.error)}</Banner>}
      <Banner tone="private" title={t('identity.company.private')}>{t('identity.company.private.text')}</Banner>
      <Row gap={2}>
        <Button variant="primary" icon="lock" isPending={go.isPending} onPress={() => { go.mutate(undefined) }}>{t('identity.company.go')}</Button>
        <LinkButton to="/" variant="quiet">{t('identity.company.leave')}</LinkButton>
      </Row>
    </Stack>
  )
}

interface AheadProps {
  ahead: Ahead
  onAsked: (asked: Sent | Ahead) => void
  back: { label: string; onPress: () => void }
  /** They look for a record that was there before. */
  isBack: boolean
}

/** Where an address of a company leads: said before one is there. */
export function CompanyAhead({ ahead, onAsked, back, isBack }: AheadProps) {
  const t = useT()
  const text = useProblemText()
  const go = useCommand(() => signInAtWork(ahead.email))
  const other = useCommand(() => send(ahead.email, true), { onSuccess: onAsked })
  const problem = go.error ?? other.error
  useHeadingFocus(ahead.email)
  // The company's new server leads nobody back: who goes there comes to the same question again.
  const isByCode = isBack && ahead.hasMoved
  // Whoever comes back may have a record that the company's sign-in opens; a newcomer's is opened with a pass alone.
  const of = ahead.givesPass && !isBack ? 'pass' : 'private'
  return (
    <Stack gap={5}>
      {isByCode
        ? <PageHeader title={t('identity.moved.code')} lead={t('identity.moved.code.lead', { company: ahead.company })} />
        : <PageHeader title={t('identity.company.ahead', { company: ahead.company })} lead={t(of === 'pass' ? 'identity.company.pass.lead' : 'identity.company.ahead.lead')} />}
      {problem && <Banner tone="danger" announce>{text(problem)}</Banner>}
      {!isByCode && <Banner tone="private" title={t('identity.company.private')}>{t(`identity.company.${of}.text`)}</Banner>}
      <Row gap={2}>
        {!isByCode && <Button variant="primary" icon="lock" isPending={go.isPending} onPress={() => { go.mutate(undefined) }}>{t('identity.company.go')}</Button>}
        {!ahead.isNeeded && (
          <Button variant={isByCode ? 'primary' : 'secondary'} isPending={other.isPending} onPress={() => { other.mutate(undefined) }}>{t('identity.company.other')}</Button>
        )}
        <Button variant="quiet" onPress={back.onPress}>{back.label}</Button>
      </Row>
    </Stack>
  )
}
