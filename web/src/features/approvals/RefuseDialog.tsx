import { useQueryClient } from '@tanstack/react-query'
import { api, approvalsQuery, data, idempotent } from '~/api'
import { useT } from '~/i18n'
import { Dialog, Form, TextArea, toast, useForm } from '~/ui'
import { REASON_MIN } from './queries'

/** Refuses the ask `id`, and says why to the one who asked. */
export function RefuseDialog({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const t = useT()
  return (
    <Dialog title={t('approvals.refuse.title')} isOpen={id !== undefined} onClose={onClose}>
      {id !== undefined && <Why id={id} onDone={onClose} />}
    </Dialog>
  )
}

function Why({ id, onDone }: { id: string; onDone: () => void }) {
  const t = useT()
  const queryClient = useQueryClient()
  const form = useForm({
    initial: { reason: '' },
    isSealed: true,
    check: ({ reason }) => ({ reason: reason.trim().length < REASON_MIN ? t('approvals.refusal.needed') : undefined }),
    submit: ({ reason }, key) => data(api.POST('/api/approvals/{id}/decision', { params: { path: { id } }, body: { decision: 'refused', reason }, headers: idempotent(key) })),
    onDone: () => {
      onDone()
      void queryClient.invalidateQueries(approvalsQuery)
      toast(t('approvals.did.refused'))
    },
  })
  return (
    <Form form={form} submit={t('approvals.refuse')}>
      <TextArea label={t('approvals.refusal')} hint={t('approvals.refusal.hint')} rows={3} maxLength={500} {...form.field('reason')} />
    </Form>
  )
}
