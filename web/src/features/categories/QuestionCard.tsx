import { useId } from 'react'
import { useT } from '~/i18n'
import { Button, Card, Checkbox, Chip, Grid, IconButton, moved, MoveButtons, NumberField, RadioGroup, Row, Stack, TextsField } from '~/ui'
import { hasOptions, kinds, newChoice, OPTIONS_MAX, type Choice, type Question } from './values'
import { useTextOf } from './words'
import styles from './categories.module.css'

interface Props {
  question: Question
  index: number
  count: number
  /** Where the question stands in the form, for its fields' names. */
  path: string
  errorAt: (part: string) => string | undefined
  isOpen: boolean
  onToggle: () => void
  onChange: (question: Question) => void
  onMove: (to: number) => void
  onRemove: () => void
}

/** A question in a line; open, all that can be changed about it. */
export function QuestionCard({ question, index, count, path, errorAt, isOpen, onToggle, onChange, onMove, onRemove }: Props) {
  const t = useT()
  const textOf = useTextOf()
  const id = useId()
  const name = t('categories.question', { number: index + 1 })
  return (
    <Card tone="outline" as="section" label={name}>
      <div className={styles.head}>
        <div className={styles.told}>
          <h3 className={styles.number}>{name}</h3>
          {!isOpen && <p>{textOf(question.label) || t('categories.question.empty')}</p>}
          {!isOpen && <Row gap={2}><Chip>{t(`categories.kind.${question.kind}`)}</Chip>{question.optional && <Chip>{t('categories.optional')}</Chip>}</Row>}
        </div>
        <div className={styles.acts}>
          <MoveButtons name={name} index={index} count={count} onMove={onMove} />
          <IconButton icon="trash" label={t('categories.question.remove', { name })} onPress={onRemove} />
        </div>
      </div>
      {isOpen && <div id={id}><Fields question={question} path={path} errorAt={errorAt} onChange={onChange} /></div>}
      <div><Button variant="quiet" icon={isOpen ? 'up' : 'edit'} aria-expanded={isOpen} aria-controls={isOpen ? id : undefined} onPress={onToggle}>{isOpen ? t('categories.question.fold') : t('categories.question.edit')}</Button></div>
    </Card>
  )
}

function Fields({ question, path, errorAt, onChange }: Pick<Props, 'question' | 'path' | 'errorAt' | 'onChange'>) {
  const t = useT()
  /** Errors by whole path, as TextsField asks for them. */
  const at = (whole: string) => errorAt(whole.slice(path.length + 1))
  return (
    <Stack gap={4}>
      <TextsField label={t('categories.question.text')} name={`${path}/label`} maxLength={300} isLong value={question.label} onChange={(label) => { onChange({ ...question, label }) }} errorAt={at} />
      <RadioGroup label={t('categories.kind')} options={kinds.map((id) => ({ id, label: t(`categories.kind.${id}`) }))} value={question.kind} onChange={(kind) => { onChange({ ...question, kind }) }} />
      {hasOptions(question.kind) && <Options question={question} path={path} errorAt={errorAt} onChange={onChange} />}
      {question.kind === 'scale' && (
        <Grid min={12}>
          <NumberField label={t('categories.scale.min')} hint={t('categories.scale.hint')} min={0} max={9} name={`${path}/min`} value={question.min} onChange={(min) => { onChange({ ...question, min }) }} error={errorAt('min')} />
          <NumberField label={t('categories.scale.max')} hint={t('categories.scale.hint')} min={1} max={10} name={`${path}/max`} value={question.max} onChange={(max) => { onChange({ ...question, max }) }} error={errorAt('max')} />
        </Grid>
      )}
      <Checkbox label={t('categories.optional.mark')} hint={t('categories.optional.hint')} value={question.optional} onChange={(optional) => { onChange({ ...question, optional }) }} />
    </Stack>
  )
}

function Options({ question, path, errorAt, onChange }: Pick<Props, 'question' | 'path' | 'errorAt' | 'onChange'>) {
  const t = useT()
  const { options } = question
  const set = (next: Choice[]) => { onChange({ ...question, options: next }) }
  const tooFew = options.length < 2 ? errorAt('options') : undefined
  return (
    <div role="group" aria-label={t('categories.options')} data-field={`${path}/options`} className={styles.options}>
      {options.map((option, index) => {
        const name = t('categories.option', { number: index + 1 })
        return (
          <div key={option.id} className={styles.option}>
            <TextsField
              label={name} name={`${path}/options/${String(index)}/label`} maxLength={300} value={option.label} errorAt={(whole) => errorAt(whole.slice(path.length + 1))}
              onChange={(label) => { set(options.map((one) => (one.id === option.id ? { ...one, label } : one))) }}
            />
            <div className={styles.acts}>
              <MoveButtons name={name} index={index} count={options.length} onMove={(to) => { set(moved(options, index, to)) }} />
              <IconButton icon="trash" label={t('categories.option.remove', { name })} isDisabled={options.length <= 2} onPress={() => { set(options.filter((one) => one.id !== option.id)) }} />
            </div>
          </div>
        )
      })}
      {tooFew !== undefined && <p className={styles.mistake}>{tooFew}</p>}
      <div><Button icon="plus" variant="quiet" isDisabled={options.length >= OPTIONS_MAX} onPress={() => { set([...options, newChoice()]) }}>{t('categories.option.add')}</Button></div>
    </div>
  )
}
