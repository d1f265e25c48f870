// The short questionnaire before the first booking: what is asked, how it is answered, in which order.
import { useState } from 'react'
import { useT } from '~/i18n'
import { Button, EmptyState, moved, Muted, Section, Stack, toast, type FormState } from '~/ui'
import { QuestionCard } from './QuestionCard'
import { newQuestion, QUESTIONS_MAX, type Question, type Values } from './values'
import styles from './categories.module.css'

export function Questions({ form }: { form: FormState<Values> }) {
  const t = useT()
  const questions = form.values.questionnaire
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const set = (next: Question[]) => { form.set('questionnaire', next) }
  const toggle = (id: string) => { setOpened((before) => new Set(before.has(id) ? [...before].filter((one) => one !== id) : [...before, id])) }
  const add = () => {
    const question = newQuestion()
    set([...questions, question])
    toggle(question.id)
  }
  const remove = (question: Question) => {
    set(questions.filter((one) => one.id !== question.id))
    toast(t('categories.question.removed'), () => { set(questions) })
  }
  const tooMany = form.errors['questionnaire']
  return (
    <Section title={t('categories.questions')}>
      <Muted>{t('categories.questions.lead')}</Muted>
      {tooMany !== undefined && <p className={styles.mistake}>{tooMany}</p>}
      {questions.length === 0
        ? <EmptyState icon="chat" title={t('categories.questions.none')}>{t('categories.questions.none.text')}</EmptyState>
        : (
            <ol className={styles.questions} data-field="questionnaire">
              {questions.map((question, index) => {
                const path = `questionnaire/${String(index)}`
                return (
                  <li key={question.id}>
                    <QuestionCard
                      question={question} index={index} count={questions.length} errorAt={(part) => form.errorAt(`${path}/${part}`)} path={path}
                      // What is wrong must be seen.
                      isOpen={opened.has(question.id) || form.errorAt(path) !== undefined} onToggle={() => { toggle(question.id) }}
                      onChange={(next) => { set(questions.map((one) => (one.id === next.id ? next : one))) }}
                      onMove={(to) => { set(moved(questions, index, to)) }} onRemove={() => { remove(question) }}
                    />
                  </li>
                )
              })}
            </ol>
          )}
      <Stack gap={2}>
        <div><Button icon="plus" isDisabled={questions.length >= QUESTIONS_MAX} onPress={add}>{t('categories.question.add')}</Button></div>
        {questions.length >= QUESTIONS_MAX && <Muted small>{t('categories.questions.enough', { count: QUESTIONS_MAX })}</Muted>}
      </Stack>
    </Section>
  )
}
