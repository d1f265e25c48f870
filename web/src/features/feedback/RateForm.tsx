import { useQueryClient } from '@tanstack/react-query'
import { api, data, idempotent } from '~/api'
import { useT } from '~/i18n'
import { Form, Rating, TextArea, useForm } from '~/ui'

/** Stars, and words for the specialist if one likes. Nothing is chosen beforehand. */
export function RateForm({ id }: { id: string }) {
  const t = useT()
  const queryClient = useQueryClient()
  const form = useForm({
    isSealed: true,
    initial: { stars: null as number | null, comment: '' },
    check: ({ stars }) => ({ stars: stars === null ? t('feedback.chooseStars') : undefined }),
    submit: ({ stars, comment }, key) =>
      data(api.POST('/api/appointments/{id}/rating', { params: { path: { id } }, body: { stars: stars ?? 0, comment: comment.trim() === '' ? null : comment }, headers: idempotent(key) })),
    onDone: () => { void queryClient.invalidateQueries({ queryKey: ['after', id] }) },
  })
  return (
    <Form form={form} submit={t('feedback.send')}>
      <Rating label={t('feedback.stars')} hint={t('feedback.starsReaders')} {...form.field('stars')} />
      {form.values.stars !== null && <TextArea label={t('feedback.comment')} hint={t('feedback.commentReaders')} optional rows={3} maxLength={2000} {...form.field('comment')} />}
    </Form>
  )
}
