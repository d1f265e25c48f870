import { useCommand } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, LinkButton, PageHeader, Row, Stack, useProblemText } from '~/ui'
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
}

/** Where an address of a company leads: said before one is there. */
export function CompanyAhead({ ahead, onAsked, back }: AheadProps) {
  const t = useT()
  const text = useProblemText()
  const go = useCommand(() => signInAtWork(ahead.email))
  const other = useCommand(() => send(ahead.email, true), { onSuccess: onAsked })
  const problem = go.error ?? other.error
  useHeadingFocus(ahead.email)
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.company.ahead', { company: ahead.company })} lead={t('identity.company.ahead.lead')} />
      {problem && <Banner tone="danger" announce>{text(problem)}</Banner>}
      <Banner tone="private" title={t('identity.company.private')}>{t('identity.company.private.text')}</Banner>
      <Row gap={2}>
        <Button variant="primary" icon="lock" isPending={go.isPending} onPress={() => { go.mutate(undefined) }}>{t('identity.company.go')}</Button>
        {!ahead.isNeeded && <Button isPending={other.isPending} onPress={() => { other.mutate(undefined) }}>{t('identity.company.other')}</Button>}
        <Button variant="quiet" onPress={back.onPress}>{back.label}</Button>
      </Row>
    </Stack>
  )
}
