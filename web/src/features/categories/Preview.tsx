// What an employee will see of the category. Nothing here can be pressed but the choice of the language: it is a picture of what is typed beside it.
import { useState } from 'react'
import { langNames, useLang, useT, type Lang } from '~/i18n'
import { Card, CategoryIcon, Chip, cx, Facts, FilterChips, Muted, Row, Stack, type Texts } from '~/ui'
import type { Consent, Topic } from './queries'
import { hasOptions, type Question, type Values } from './values'
import { useFormats, useLengths } from './words'
import styles from './categories.module.css'

export function Preview({ values, topics, consents }: { values: Values; topics: readonly Topic[]; consents: readonly Consent[] }) {
  const t = useT()
  const own = useLang()
  const [lang, setLang] = useState<Lang>(own)
  const lengths = useLengths()
  const formats = useFormats()
  const asked = consents.filter((consent) => values.consent_purposes.includes(consent.purpose))
  return (
    <section aria-labelledby="category-preview" className={styles.preview}>
      <Stack gap={3}>
        <h2 id="category-preview" className={styles.previewTitle}>{t('categories.preview')}</h2>
        <FilterChips label={t('categories.preview.language')} required options={(Object.keys(langNames) as Lang[]).map((id) => ({ id, label: langNames[id] }))} value={lang} onChange={(next) => { setLang(next ?? own) }} />
        <Card>
          <div className={styles.previewHead}>
            <CategoryIcon name={values.icon} size={32} />
            <h3 lang={lang}><Said texts={values.name} lang={lang} /></h3>
          </div>
          <p lang={lang}><Said texts={values.summary} lang={lang} /></p>
          <TopicChips topics={topics} lang={lang} />
          <Facts
            items={[
              [t('categories.preview.length'), lengths(values.session_lengths_min)],
              [t('categories.preview.format'), formats(values.formats)],
              [t('categories.preview.cancel'), values.cancel_free_hours > 0 ? t('categories.preview.cancelUntil', { count: values.cancel_free_hours }) : t('categories.preview.cancelAlways')],
              asked.length > 0 && [t('categories.preview.consents'), asked.map((consent) => consent.title).join(', ')],
            ]}
          />
        </Card>
        {values.questionnaire.length > 0 && (
          <Card label={t('categories.preview.questions')} as="section">
            <Muted small>{t('categories.preview.skippable')}</Muted>
            <ol className={styles.asked}>{values.questionnaire.map((question) => <li key={question.id} lang={lang}><Asked question={question} lang={lang} /></li>)}</ol>
          </Card>
        )}
      </Stack>
    </section>
  )
}

/** The text, or that there is none in this language. */
function Said({ texts, lang }: { texts: Partial<Texts>; lang: Lang }) {
  const t = useT()
  const text = texts[lang] ?? ''
  const own = useLang()
  return text.trim() === '' ? <span className={styles.unsaid} lang={own}>{t('categories.preview.missing', { language: langNames[lang] })}</span> : text
}

function TopicChips({ topics, lang }: { topics: readonly Topic[]; lang: Lang }) {
  const shown = topics.filter((topic) => !topic.is_archived)
  return shown.length === 0 ? null : <Row gap={2}>{shown.map((topic) => <Chip key={topic.id}>{topic.name[lang]}</Chip>)}</Row>
}

function Asked({ question, lang }: { question: Question; lang: Lang }) {
  const t = useT()
  const own = useLang()
  const steps = question.kind === 'scale' && question.max > question.min ? Array.from({ length: question.max - question.min + 1 }, (_, n) => question.min + n) : []
  return (
    <>
      <p className={styles.askedText}>
        <Said texts={question.label} lang={lang} />
        {question.optional && <span className={styles.unsaid} lang={own}> {t('categories.preview.optional')}</span>}
      </p>
      {hasOptions(question.kind) && (
        <ul className={styles.answers}>
          {question.options.map((option) => <li key={option.id}><span className={cx(styles.mark, question.kind === 'single' && styles.round)} /><span><Said texts={option.label} lang={lang} /></span></li>)}
        </ul>
      )}
      {steps.length > 0 && <ul className={styles.steps}>{steps.map((step) => <li key={step}>{step}</li>)}</ul>}
      {question.kind === 'text' && <div className={styles.blank} lang={own}>{t('categories.preview.text')}</div>}
    </>
  )
}
