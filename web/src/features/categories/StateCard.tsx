// Whether employees see the category, what is still wanting, and the way on.
import { useState } from 'react'
import { useCommand } from '~/api'
import { langNames, useT } from '~/i18n'
import { Button, Card, Confirm, Muted, Row } from '~/ui'
import { archive, publish } from './commands'
import type { Category } from './queries'
import { StatusChip } from './StatusChip'
import { missingIn, type Values } from './values'
import styles from './categories.module.css'

interface Props {
  category: Category
  values: Values
  isDirty: boolean
  onChanged: (category: Category) => void
}

export function StateCard({ category, values, isDirty, onChanged }: Props) {
  const t = useT()
  const [isAsking, setAsking] = useState(false)
  const [isDropping, setDropping] = useState(false)
  const isPublished = category.status === 'published'
  const wanting = useWanting(category, values)
  const mustWait = isDirty || (!isPublished && wanting.length > 0)
  const act = useCommand(({ id, version: _ }: { id: string; version: number }, key) => (isPublished ? archive : publish)(id, key), { onSuccess: onChanged })
  const drop = useCommand(({ id, version: _ }: { id: string; version: number }, key) => archive(id, key), { onSuccess: onChanged })
  const verb = isPublished ? t('categories.archive') : category.status === 'archived' ? t('categories.restore') : t('categories.publish')
  return (
    <Card as="section" label={t('categories.state')}>
      <Row gap={2}><StatusChip status={category.status} /></Row>
      <p>{isPublished ? t('categories.state.published', { count: category.specialists }) : category.status === 'archived' ? t('categories.state.archived') : t('categories.state.draft')}</p>
      {wanting.length > 0 && (
        <div>
          <p>{t('categories.wanting')}</p>
          <ul className={styles.wanting}>{wanting.map((what) => <li key={what}>{what}</li>)}</ul>
        </div>
      )}
      {category.topics.every((topic) => topic.is_archived) && <Muted small>{t('categories.noTopics')}</Muted>}
      {isDirty && <Muted small>{t('categories.saveFirst')}</Muted>}
      <Row gap={2}>
        <Button isDisabled={mustWait} onPress={() => { setAsking(true) }}>{verb}</Button>
        {category.status === 'draft' && <Button variant="quiet" isDisabled={isDirty} onPress={() => { setDropping(true) }}>{t('categories.archive')}</Button>}
      </Row>
      <Confirm
        title={isPublished ? t('categories.archive.title') : t('categories.publish.title')} confirm={verb} isDanger={isPublished}
        isOpen={isAsking} onClose={() => { setAsking(false) }} onConfirm={() => act.mutateAsync({ id: category.id, version: category.version })}
      >
        <p>{isPublished ? t('categories.archive.text') : t('categories.publish.text')}</p>
      </Confirm>
      <Confirm
        title={t('categories.archive.title')} confirm={t('categories.archive')} isDanger
        isOpen={isDropping} onClose={() => { setDropping(false) }} onConfirm={() => drop.mutateAsync({ id: category.id, version: category.version })}
      >
        <p>{t('categories.archive.draft')}</p>
      </Confirm>
    </Card>
  )
}

/** What keeps it from being published: it must speak every language. */
function useWanting(category: Category, values: Values): string[] {
  const t = useT()
  if (category.status === 'published') return []
  const languages = (texts: Values['name']) => missingIn(texts).map((lang) => langNames[lang]).join(', ')
  return [
    missingIn(values.name).length > 0 && t('categories.wanting.name', { languages: languages(values.name) }),
    missingIn(values.summary).length > 0 && t('categories.wanting.summary', { languages: languages(values.summary) }),
  ].filter((what) => what !== false)
}
