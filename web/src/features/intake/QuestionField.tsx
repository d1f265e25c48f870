// A question of a category's questionnaire. Each may be left out: what was tapped by mistake is taken back by a second tap.
import { useLang, useT } from '~/i18n'
import { FilterChips, MultiFilterChips, Stack, TextArea } from '~/ui'
import type { Answer, Question } from './queries'
import styles from './intake.module.css'

const TEXT_MAX = 2000
/** A scale without bounds of its own, as the server has it. */
const SCALE = { min: 0, max: 10 }

interface Props {
  question: Question
  value: Answer | undefined
  onChange: (value: Answer | undefined) => void
  error: string | undefined
}

export function QuestionField(props: Props) {
  const { question, error } = props
  return (
    <Stack gap={2}>
      <Asked {...props} />
      {error !== undefined && question.kind !== 'text' && <p className={styles.mistake} role="alert">{error}</p>}
    </Stack>
  )
}

function Asked({ question, value, onChange, error }: Props) {
  const t = useT()
  const lang = useLang()
  const label = question.label[lang] ?? question.label.ru ?? question.id
  const options = (question.options ?? []).map((one) => ({ id: one.id, label: one.label[lang] ?? one.label.ru ?? one.id }))
  switch (question.kind) {
    case 'single':
      return <FilterChips label={label} showLabel options={options} value={typeof value === 'string' ? value : null} onChange={(one) => { onChange(one ?? undefined) }} />
    case 'multi':
      return <MultiFilterChips label={label} showLabel options={options} value={Array.isArray(value) ? value : []} onChange={(all) => { onChange(all.length > 0 ? all : undefined) }} />
    case 'scale': {
      const [min, max] = [question.min ?? SCALE.min, question.max ?? SCALE.max]
      const steps = Array.from({ length: max - min + 1 }, (_, n) => ({ id: String(min + n), label: String(min + n) }))
      return (
        <Stack gap={2}>
          <FilterChips label={label} showLabel options={steps} value={typeof value === 'number' ? String(value) : null}
            onChange={(one) => { onChange(one === null ? undefined : Number(one)) }} />
          <p className={styles.ends}>{t('intake.scale', { min: String(min), max: String(max) })}</p>
        </Stack>
      )
    }
    default:
      return (
        <TextArea label={label} optional rows={3} maxLength={TEXT_MAX} name={`answers/${question.id}`} error={error}
          value={typeof value === 'string' ? value : ''} onChange={(text) => { onChange(text === '' ? undefined : text) }} />
      )
  }
}
