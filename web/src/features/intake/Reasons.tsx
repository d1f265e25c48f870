// Within a field of help: topics by one tap, and its short questionnaire for who likes. Sealed content, so no draft stays in the browser.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useLocation, useRouter, useSearch } from '@tanstack/react-router'
import { api, categoriesQuery, data, idempotent, intakeQuery } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, Disclosure, Form, LinkButton, Loaded, MultiFilterChips, PageHeader, Stack, TextSkeleton, useForm } from '~/ui'
import { QuestionField } from './QuestionField'
import { type Answer, type Category, type Intake, type Question } from './queries'

export function Reasons({ category }: { category: Category }) {
  const t = useT()
  const { next } = useSearch({ from: '/employee/start' })
  const query = useQuery(intakeQuery(category.id))
  const back = next === undefined ? { to: '/start', label: t('intake.back') } as const : { to: next as '/start', label: t('intake.backToSession') }
  return (
    <>
      <PageHeader title={t('intake.reasons')} lead={t('intake.reasons.lead', { category: category.name })} back={back} />
      <Loaded query={query} skeleton={<TextSkeleton lines={6} />}>
        {(said) => <ReasonsForm category={category} said={said} next={next} />}
      </Loaded>
      {/* Whoever cannot be asked now can still look for help. */}
      {query.isError && <LinkButton to="/find" search={{ category: category.id }}>{t('intake.skip')}</LinkButton>}
    </>
  )
}

interface Values {
  topics: string[]
  answers: Record<string, Answer>
}

/** What counts as an answer: skipped questions are not sent. */
const isSaid = (answer: Answer): boolean => (typeof answer === 'string' ? answer.trim() !== '' : typeof answer === 'number' || answer.length > 0)

function ReasonsForm({ category, said, next }: { category: Category; said: Intake; next: string | undefined }) {
  const t = useT()
  const router = useRouter()
  const here = useLocation({ select: ({ href }) => href })
  const queryClient = useQueryClient()
  const questions = category.questionnaire as unknown as Question[]
  const onward = (topics: readonly string[]) => {
    void (next === undefined
      ? router.navigate({ to: '/find', search: { category: category.id }, state: topics.length > 0 ? { topics } : {} })
      : router.navigate({ href: next }))
  }
  const initial: Values = {
    topics: said.topics.filter((id) => category.topics.some((topic) => topic.id === id)),
    answers: Object.fromEntries(Object.entries(said.answers as Record<string, Answer>).filter(([id]) => questions.some((one) => one.id === id))),
  }
  // Without consent nothing is kept: topics hold for this search alone, and nobody is asked for more.
  const mayKeep = category.consents_missing.length === 0
  const wasSaid = said.topics.length > 0 || Object.keys(said.answers).length > 0
  const form = useForm<Values>({
    initial,
    isSealed: true,
    submit: async ({ topics, answers: all }, key) => {
      const answers = Object.fromEntries(Object.entries(all).filter(([, answer]) => isSaid(answer)))
      if (!mayKeep || (!wasSaid && topics.length === 0 && Object.keys(answers).length === 0)) return
      await data(api.POST('/api/intake', { body: { category_id: category.id, topics, answers: answers as never }, headers: idempotent(key) }))
    },
    onDone: (_, { topics }) => {
      void queryClient.invalidateQueries({ queryKey: ['intake', category.id] })
      void queryClient.invalidateQueries({ queryKey: categoriesQuery.queryKey })
      onward(topics)
    },
  })
  const answer = (id: string) => (value: Answer | undefined) => {
    const { [id]: _, ...others } = form.values.answers
    form.set('answers', value === undefined ? others : { ...others, [id]: value })
  }
  const asked = mayKeep && questions.length > 0 && (
    <Stack gap={5}>
      {questions.map((one) => (
        <QuestionField key={one.id} question={one} value={form.values.answers[one.id]} onChange={answer(one.id)} error={form.errorAt(`answers/${one.id}`)} />
      ))}
    </Stack>
  )
  const hasErrors = Object.keys(form.errors).some((path) => path.startsWith('answers'))
  return (
    <Form form={form} submit={t(next === undefined ? 'intake.show' : mayKeep ? 'intake.save' : 'intake.backToSession')}
      actions={next === undefined && <Button variant="quiet" onPress={() => { onward([]) }}>{t('intake.skip')}</Button>}>
      {category.topics.length > 0 && (
        <MultiFilterChips label={t('intake.topics')} showLabel options={category.topics.map((one) => ({ id: one.id, label: one.name }))}
          value={form.values.topics} onChange={(topics) => { form.set('topics', topics) }} />
      )}
      {asked && (
        <Disclosure title={t('intake.questions', { count: questions.length })} isOpen={hasErrors || Object.keys(initial.answers).length > 0 || next !== undefined}>
          {asked}
        </Disclosure>
      )}
      {mayKeep ? <Banner tone="private">{t('intake.readers')}</Banner> : (
        <Banner tone="private" actions={<LinkButton to="/consents" search={{ next: here }}>{t('intake.consent.read')}</LinkButton>}>{t('intake.consent')}</Banner>
      )}
    </Form>
  )
}
