import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, idempotent, type components } from '~/api'
import { useT } from '~/i18n'
import { Button, Form, RadioGroup, Row, Stack, TextArea, useForm } from '~/ui'
import styles from './feedback.module.css'

type Question = components['schemas']['SafetyQuestion']
type Answer = 'yes' | 'no'

/** The questions to be read, and one answer for "no" to all of them; one by one only for who says that something did happen. */
export function SafetyForm({ id, questions }: { id: string; questions: readonly Question[] }) {
  const t = useT()
  const queryClient = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const form = useForm<{ answers: Record<string, Answer>; text: string }>({
    initial: { answers: {}, text: '' },
    check: ({ answers }) => Object.fromEntries(isOpen ? questions.filter((q) => answers[q.id] === undefined).map((q) => [`answers/${q.id}`, t('feedback.chooseAnswer')]) : []),
    submit: ({ answers, text }, key) =>
      data(api.POST('/api/appointments/{id}/safety', {
        params: { path: { id } },
        body: { answers: Object.fromEntries(questions.map((q) => [q.id, isOpen && answers[q.id] === 'yes'])), text: text.trim() === '' ? null : text },
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
  const answer = (question: string) => (value: Answer) => { form.set('answers', { ...form.values.answers, [question]: value }) }
  return (
    <Form form={form} submit={t('feedback.sendSafety')}>
      {questions.map((question) => (
        <RadioGroup
          key={question.id} name={`answers/${question.id}`} label={question.text}
          options={[{ id: 'no', label: t('feedback.no') }, { id: 'yes', label: t('feedback.yes') }]}
          value={form.values.answers[question.id] ?? null} onChange={answer(question.id)} error={form.errorAt(`answers/${question.id}`)}
        />
      ))}
      <TextArea label={t('feedback.safetyText')} hint={t('feedback.safetyTextHint')} optional rows={4} maxLength={4000} {...form.field('text')} />
    </Form>
  )
}
