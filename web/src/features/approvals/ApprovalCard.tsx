import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, approvalsQuery, asProblem, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { usePerson } from '~/api/me'
import { Banner, Button, Card, Chip, CopyField, Facts, LinkButton, Muted, Row, saveFile, Stack, toast, useProblemText, When } from '~/ui'
import styles from './approvals.module.css'
import { readContact, readExport, type Approval } from './queries'
import { RefuseDialog } from './RefuseDialog'

const tones = { waiting: 'accent', open: 'positive', over: 'neutral', refused: 'neutral', withdrawn: 'neutral', lapsed: 'neutral' } as const
type State = keyof typeof tones

/** One ask: what for, why, how it stands, and what the person may do about it. */
export function ApprovalCard({ approval }: { approval: Approval }) {
  const t = useT()
  const format = useFormat()
  const { capabilities } = usePerson()
  const state = approval.state as State
  const title = t(`approvals.kind.${approval.kind as 'contact' | 'audit_export'}`)
  return (
    <Card as="article" label={title}>
      <Stack gap={4}>
        <Row justify="between"><h3>{title}</h3><Chip tone={tones[state]}>{t(`approvals.state.${state}`)}</Chip></Row>
        <blockquote className={styles.reason}>{approval.reason}</blockquote>
        {approval.refusal && <Stack gap={2}><h4>{t('approvals.refusal')}</h4><blockquote className={styles.reason}>{approval.refusal}</blockquote></Stack>}
        <Facts
          items={[
            [t('approvals.asker'), approval.is_mine ? t('approvals.you') : approval.asked_by_name],
            [t('approvals.askedAt'), <When key="asked" at={approval.asked_at} />],
            approval.first_day && approval.last_day ? [t('approvals.days'), format.civilSpan(approval.first_day, approval.last_day)] : false,
            approval.until ? [t(state === 'open' ? 'approvals.openUntil' : 'approvals.waitsUntil'), <When key="until" at={approval.until} />] : false,
            approval.decided_by_name && state !== 'withdrawn' ? [t('approvals.decider'), approval.decided_by_name] : false,
          ]}
        />
        {approval.report_id && capabilities.includes('safety') && (
          <Row><LinkButton variant="quiet" icon="safety" to={'/desk/safety/$report'} params={{ report: approval.report_id }}>{t('approvals.report')}</LinkButton></Row>
        )}
        {approval.may_decide && <Decide approval={approval} />}
        {approval.is_mine && state === 'waiting' && <Withdraw approval={approval} />}
        {approval.is_mine && state === 'open' && (approval.report_id ? <Contact report={approval.report_id} /> : <Download approval={approval} />)}
      </Stack>
    </Card>
  )
}

/** However it went, the list is asked anew: a colleague may have been quicker. */
function useSettled() {
  const queryClient = useQueryClient()
  return { onSettled: () => queryClient.invalidateQueries(approvalsQuery) }
}

function Decide({ approval }: { approval: Approval }) {
  const t = useT()
  const text = useProblemText()
  const [isRefusing, setRefusing] = useState(false)
  const agree = useCommand(
    (id: string, key) => data(api.POST('/api/approvals/{id}/decision', { params: { path: { id } }, body: { decision: 'agreed' }, headers: idempotent(key) })),
    { ...useSettled(), onSuccess: () => { toast(t('approvals.did.agreed')) } },
  )
  return (
    <Stack gap={3}>
      <Muted>{t(`approvals.means.${approval.kind as 'contact' | 'audit_export'}`)}</Muted>
      {agree.error && <Banner tone="danger" announce>{text(agree.error)}</Banner>}
      <Row>
        <Button variant="primary" icon="check" isPending={agree.isPending} onPress={() => { agree.mutate(approval.id) }}>{t('approvals.agree')}</Button>
        <Button onPress={() => { setRefusing(true) }}>{t('approvals.refuse')}</Button>
      </Row>
      <RefuseDialog id={isRefusing ? approval.id : undefined} onClose={() => { setRefusing(false) }} />
    </Stack>
  )
}

function Withdraw({ approval }: { approval: Approval }) {
  const t = useT()
  const text = useProblemText()
  const withdraw = useCommand((id: string, key) => data(api.POST('/api/approvals/{id}/withdraw', { params: { path: { id } }, headers: idempotent(key) })), useSettled())
  return (
    <Stack gap={3}>
      {withdraw.error && <Banner tone="danger" announce>{text(withdraw.error)}</Banner>}
      <Row><Button isPending={withdraw.isPending} onPress={() => { withdraw.mutate(approval.id) }}>{t('approvals.withdraw')}</Button></Row>
    </Stack>
  )
}

/** Shown on a press, and gone with the page: each opening is in the person's record. */
function Contact({ report }: { report: string }) {
  const t = useT()
  const text = useProblemText()
  const [email, setEmail] = useState<string | null>()
  const open = useMutation({ mutationFn: () => readContact(report), onSuccess: (contact) => { setEmail(contact.email ?? null) } })
  if (email) return <CopyField label={t('approvals.contact.email')} hint={t('approvals.contact.hint')} value={email} />
  if (email === null) return <Banner>{t('approvals.contact.none')}</Banner>
  return (
    <Stack gap={3}>
      <Muted>{t('approvals.contact.seen')}</Muted>
      {open.error && <Banner tone="danger" announce>{text(asProblem(open.error))}</Banner>}
      <Row><Button variant="primary" icon="eye" isPending={open.isPending} onPress={() => { open.mutate() }}>{t('approvals.contact.open')}</Button></Row>
    </Stack>
  )
}

function Download({ approval }: { approval: Approval }) {
  const t = useT()
  const text = useProblemText()
  const take = useMutation({
    mutationFn: () => readExport(approval.id),
    onSuccess: (file) => { saveFile(`audit-${approval.first_day ?? ''}-${approval.last_day ?? ''}.csv`, file) },
  })
  return (
    <Stack gap={3}>
      {take.error && <Banner tone="danger" announce>{text(asProblem(take.error))}</Banner>}
      <Row><Button variant="primary" icon="download" isPending={take.isPending} onPress={() => { take.mutate() }}>{t('approvals.download')}</Button></Row>
    </Stack>
  )
}
