import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, approvalsQuery, data, idempotent } from '~/api'
import { useT } from '~/i18n'
import { nowMs } from '~/i18n/clock'
import { civilDateOf, useOwnZone } from '~/i18n/format'
import { DateField, Dialog, Form, Grid, TextArea, toast, useForm } from '~/ui'
import { REASON_MIN } from './queries'

export type Wanted = { kind: 'contact'; report: string } | { kind: 'audit_export' }

/** Asks a colleague, with a reason. */
export function AskDialog({ wanted, onClose }: { wanted: Wanted | undefined; onClose: () => void }) {
  const t = useT()
  // What was asked for stays on the screen while the dialog closes.
  const [last, setLast] = useState(wanted)
  if (wanted && JSON.stringify(wanted) !== JSON.stringify(last)) setLast(wanted)
  return (
    <Dialog title={last ? t(`approvals.ask.${last.kind}`) : ''} isOpen={wanted !== undefined} onClose={onClose}>
      {last && (last.kind === 'contact' ? <ContactForm key={last.report} report={last.report} onDone={onClose} /> : <ExportForm onDone={onClose} />)}
    </Dialog>
  )
}

function useAsked(onDone: () => void) {
  const t = useT()
  const queryClient = useQueryClient()
  return () => {
    onDone()
    void queryClient.invalidateQueries(approvalsQuery)
    toast(t('approvals.asked'))
  }
}

function ContactForm({ report, onDone }: { report: string; onDone: () => void }) {
  const t = useT()
  const form = useForm({
    initial: { reason: '' },
    isSealed: true,
    check: ({ reason }) => ({ reason: reason.trim().length < REASON_MIN ? t('approvals.reason.needed') : undefined }),
    submit: (values, key) => data(api.POST('/api/safety-reports/{id}/contact-ask', { params: { path: { id: report } }, body: values, headers: idempotent(key) })),
    onDone: useAsked(onDone),
  })
  return (
    <Form form={form} submit={t('approvals.ask')}>
      <p>{t('approvals.ask.contact.text')}</p>
      <TextArea label={t('approvals.reason')} hint={t('approvals.reason.hint')} rows={3} maxLength={500} {...form.field('reason')} />
    </Form>
  )
}

interface Span { first_day: string | null; last_day: string | null; reason: string }

function ExportForm({ onDone }: { onDone: () => void }) {
  const t = useT()
  const today = civilDateOf(new Date(nowMs()), useOwnZone())
  const form = useForm<Span>({
    initial: { first_day: `${today.slice(0, 8)}01`, last_day: today, reason: '' },
    isSealed: true,
    check: ({ reason, first_day: first, last_day: last }) => ({
      reason: reason.trim().length < REASON_MIN ? t('approvals.reason.needed') : undefined,
      first_day: first === null ? t('approvals.day.needed') : undefined,
      last_day: last === null ? t('approvals.day.needed') : undefined,
    }),
    submit: ({ first_day, last_day, reason }, key) =>
      data(api.POST('/api/audit/exports', { body: { first_day: first_day ?? '', last_day: last_day ?? '', reason }, headers: idempotent(key) })),
    onDone: useAsked(onDone),
  })
  return (
    <Form form={form} submit={t('approvals.ask')}>
      <p>{t('approvals.ask.audit_export.text')}</p>
      <Grid min={12} gap={3}>
        <DateField label={t('approvals.from')} max={today} {...form.field('first_day')} />
        <DateField label={t('approvals.to')} {...form.field('last_day')} />
      </Grid>
      <TextArea label={t('approvals.reason')} hint={t('approvals.reason.hint')} rows={3} maxLength={500} {...form.field('reason')} />
    </Form>
  )
}
