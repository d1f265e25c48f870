// Topics act at once, apart from the form: they are added to a field that is in use.
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useCommand } from '~/api'
import { useT } from '~/i18n'
import { Banner, Card, Chip, Columns, Dialog, EmptyState, Form, LinkButton, List, Menu, MoveButtons, moved, Muted, noTexts, Row, Section, Stack, TextsField, toast, useForm, useProblemText, type Texts } from '~/ui'
import { addTopic, changeTopic, orderTopics } from './commands'
import { Preview } from './Preview'
import { catalogueQuery, usePutCategory, type Category, type Consent, type Topic } from './queries'
import { TOPICS_MAX, valuesOf } from './values'
import { useTextOf } from './words'
import styles from './categories.module.css'

export function Topics({ category, consents }: { category: Category; consents: readonly Consent[] }) {
  const t = useT()
  const [renamed, setRenamed] = useState<Topic>()
  const { order, problem } = useOrder(category)
  const text = useProblemText()
  const shown = category.topics
  return (
    <Columns aside={<Preview values={valuesOf(category)} topics={category.topics} consents={consents} />}>
      <Stack gap={6}>
        <Stack gap={3}>
          <Muted>{t('categories.topics.lead')}</Muted>
          {problem && <Banner tone="danger" announce>{text(problem)}</Banner>}
          {shown.length === 0
            ? <EmptyState icon="categories" title={t('categories.topics.none')}>{t('categories.topics.none.text')}</EmptyState>
            : (
                <List label={t('categories.topics.list')}>
                  {shown.map((topic, index) => (
                    <TopicRow key={topic.id} topic={topic} index={index} count={shown.length} onMove={(to) => { order(moved(shown, index, to)) }} onRename={() => { setRenamed(topic) }} />
                  ))}
                </List>
              )}
        </Stack>
        {category.status === 'draft' && shown.length > 0 && (
          <Row><LinkButton to="/desk/categories/$id" params={{ id: category.id }} icon="forward">{t('categories.topics.publish')}</LinkButton></Row>
        )}
        {shown.length < TOPICS_MAX ? <AddTopic category={category} /> : <Muted>{t('categories.topics.enough', { count: TOPICS_MAX })}</Muted>}
      </Stack>
      <Dialog title={t('categories.topic.rename')} size="wide" isOpen={renamed !== undefined} onClose={() => { setRenamed(undefined) }}>
        {renamed && <RenameTopic key={renamed.id} topic={renamed} onDone={() => { setRenamed(undefined) }} />}
      </Dialog>
    </Columns>
  )
}

/** The new order is seen at once; should the server refuse, the old one comes back. */
function useOrder(category: Category) {
  const queryClient = useQueryClient()
  const put = usePutCategory()
  const show = (topics: Topic[]) => {
    queryClient.setQueryData(catalogueQuery.queryKey, (all) => all && { ...all, categories: all.categories.map((one) => (one.id === category.id ? { ...one, topics } : one)) })
  }
  const command = useCommand((topics: Topic[], key) => orderTopics(category.id, topics.map((topic) => topic.id), key), {
    onMutate: show, onSuccess: put, onError: () => { void queryClient.invalidateQueries({ queryKey: catalogueQuery.queryKey }) },
  })
  return { order: command.mutate, problem: command.error }
}

function TopicRow({ topic, index, count, onMove, onRename }: { topic: Topic; index: number; count: number; onMove: (to: number) => void; onRename: () => void }) {
  const t = useT()
  const text = useProblemText()
  const textOf = useTextOf()
  const put = usePutCategory()
  const name = textOf(topic.name)
  const hide = useCommand((is_archived: boolean, key) => changeTopic(topic.id, { is_archived }, key), {
    onSuccess: (category, isArchived) => {
      put(category)
      toast(isArchived ? t('categories.topic.hidden', { name }) : t('categories.topic.shown', { name }), () => { hide.mutate(!isArchived) })
    },
    onError: (problem) => { toast(text(problem)) },
  })
  return (
    <li className={styles.topicRow}>
      <div className={styles.topicNames}>
        <span className={styles.topicName}>{name}{topic.is_archived && <Chip>{t('categories.topic.isHidden')}</Chip>}</span>
        <Muted small>{(['ru', 'kk', 'en'] as const).map((lang) => topic.name[lang]).filter((one) => one !== name).join(' · ')}</Muted>
      </div>
      <div className={styles.acts}>
        <MoveButtons name={name} index={index} count={count} onMove={onMove} />
        <Menu
          label={t('categories.topic.more', { name })}
          items={[
            { id: 'rename', label: t('categories.topic.rename'), icon: 'edit', onAction: onRename },
            { id: 'hide', label: topic.is_archived ? t('categories.topic.show') : t('categories.topic.hide'), icon: 'eye', onAction: () => { hide.mutate(!topic.is_archived) } },
          ]}
        />
      </div>
    </li>
  )
}

interface TopicValues {
  name: Texts
}

function AddTopic({ category }: { category: Category }) {
  const t = useT()
  const put = usePutCategory()
  const form = useForm<TopicValues, Category>({
    initial: { name: noTexts },
    draft: `topic:${category.id}`,
    submit: ({ name }, key) => addTopic(category.id, name, key),
    onDone: (changed) => {
      put(changed)
      form.reset()
    },
  })
  return (
    <Section title={t('categories.topic.add')}>
      <Card><Form form={form} submit={t('categories.topic.addNow')}><TopicName form={form} /></Form></Card>
    </Section>
  )
}

function RenameTopic({ topic, onDone }: { topic: Topic; onDone: () => void }) {
  const t = useT()
  const put = usePutCategory()
  const form = useForm<TopicValues, Category>({
    initial: { name: { ...noTexts, ...topic.name } },
    submit: ({ name }, key) => changeTopic(topic.id, { name }, key),
    onDone: (changed) => {
      put(changed)
      onDone()
    },
  })
  return <Form form={form} submit={t('categories.topic.renameNow')}><Row><TopicName form={form} /></Row></Form>
}

const TopicName = ({ form }: { form: ReturnType<typeof useForm<TopicValues, Category>> }) => {
  const t = useT()
  return <TextsField label={t('categories.topic.name')} hint={t('categories.topic.hint')} name="name" maxLength={80} value={form.values.name} onChange={(name) => { form.set('name', name) }} errorAt={form.errorAt} />
}
