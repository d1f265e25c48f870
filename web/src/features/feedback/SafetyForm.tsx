import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, idempotent, type components } from '~/api'
import { useT } from '~/i18n'
import { Button, CheckboxGroup, Form, Row, Stack, TextArea, useForm } from '~/ui'
import styles from './feedback.module.css'

type Question = components['schemas']['SafetyQuestion']

/** The questions to be read, and one answer for "no" to all of them; who says that something did happen marks what, or only tells it. */
export function SafetyForm({ id, questions }: { id: string; questions: readonly Question[] }) {
  const t = useT()
  const queryClient = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const form = useForm({
    isSealed: true,
    initial: { answers: [] as string[], text: '' },
    check: ({ answers, text }) => ({ answers: isOpen && answers.length === 0 && text.trim() === '' ? t('feedback.markOrTell') : undefined }),
    submit: ({ answers, text }, key) =>
      data(api.POST('/api/appointments/{id}/safety', {
        params: { path: { id } },
        body: { answers: Object.fromEntries(questions.map((q) => [q.id, answers.includes(q.id)])), text: text.trim() === '' ? null : text },
        headers: idempotent(key),
      })),
    onDone: () => { void queryClient.invalidateQueries({ queryKey: ['after', id] }) },
  })
  if (!isOpen) {
    return (
      <Form form={form}>
        <Stack gap={4}>
          <p>{t('feedback.safetyLead')}</p>
          <ul className={styles.questions}>{questions.map((question) => <li key={question.id}>{question.text}</li>)}</ul>
          <Row>
            <Button isPending={form.isPending} onPress={form.submit}>{t('feedback.allWell')}</Button>
            <Button variant="quiet" onPress={() => { setOpen(true) }}>{t('feedback.somethingWrong')}</Button>
          </Row>
        </Stack>
      </Form>
    )
  }
  return (
    <Form form={form} submit={t('feedback.sendSafety')} actions={<Button variant="quiet" onPress={() => { form.reset(); setOpen(false) }}>{t('feedback.back')}</Button>}>
      <CheckboxGroup label={t('feedback.mark')} options={questions.map(({ id: question, text }) => ({ id: question, label: text }))} {...form.field('answers')} />
      <TextArea label={t('feedback.safetyText')} hint={t('feedback.safetyTextHint')} optional rows={4} maxLength={4000} {...form.field('text')} />
    </Form>
  )
}
