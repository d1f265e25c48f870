// Moving and calling off: the rule stands above the buttons, and once more in the question.
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, asProblem, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Button, Confirm, Muted, Row, Section, toast } from '~/ui'
import { MoveDialog } from './MoveDialog'
import type { Appointment } from './queries'

type Policy = NonNullable<Appointment['policy']>

export function WaysOut({ one, policy }: { one: Appointment; policy: Policy }) {
  const t = useT()
  const format = useFormat()
  const queryClient = useQueryClient()
  const [open, setOpen] = useState<'move' | 'cancel'>()
  const close = () => { setOpen(undefined) }
  const refresh = () => queryClient.invalidateQueries({ queryKey: ['booking'] })
  const cancel = useCommand(
    (expectsCounted: boolean, key) => data(api.POST('/api/appointments/{id}/cancel', { params: { path: { id: one.id } }, body: { expects_counted: expectsCounted }, headers: idempotent(key) })),
    {
      onSuccess: () => {
        toast(t('sessions.cancel.done'))
        void refresh()
      },
      // The free time ended while the question stood: the new rule is shown, then asked again.
      onError: (error) => { if (asProblem(error).code === 'cancel_counts') void refresh() },
    },
  )
  if (!policy.may_move && !policy.may_cancel) return null
  const rule = policy.counts_now ? t('sessions.rule.passed', { until: format.momentInText(policy.free_until) }) : t('sessions.rule', { until: format.momentInText(policy.free_until) })
  return (
    <Section title={t('sessions.plans')}>
      <Muted>{rule}</Muted>
      <Row>
        {policy.may_move && <Button icon="calendar" onPress={() => { setOpen('move') }}>{t('sessions.move')}</Button>}
        {policy.may_cancel && <Button variant="quiet" onPress={() => { setOpen('cancel') }}>{t('sessions.cancel')}</Button>}
      </Row>
      {open === 'move' && <MoveDialog one={one} onClose={close} />}
      <Confirm title={t('sessions.cancel.title')} confirm={policy.counts_now ? t('sessions.cancel.counted') : t('sessions.cancel')} refuse={t('sessions.cancel.keep')} isOpen={open === 'cancel'} onClose={close}
        onConfirm={() => cancel.mutateAsync(policy.counts_now)}>
        <p>{policy.counts_now ? t('sessions.cancel.late') : t('sessions.cancel.free')}</p>
      </Confirm>
    </Section>
  )
}
