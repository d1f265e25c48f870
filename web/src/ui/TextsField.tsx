// One text in every language the product speaks, side by side. What is not translated yet says so at its own field.
import { useId, type ReactNode } from 'react'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { Text } from 'react-aria-components/Text'
import { TextArea } from 'react-aria-components/TextArea'
import { TextField } from 'react-aria-components/TextField'
import { langNames, useT, type Lang } from '~/i18n'
import { cx } from './cx'
import { FieldMistake, fieldStyles } from './Field'
import styles from './TextsField.module.css'

/** A text by language; empty where there is none. */
export type Texts = Readonly<Record<Lang, string>>

export const noTexts: Texts = { ru: '', kk: '', en: '' }

export interface TextsFieldProps {
  label: string
  hint?: ReactNode
  /** The field's path in its form; the languages are below it: `name/kk`. */
  name: string
  value: Texts
  onChange: (value: Texts) => void
  errorAt: (path: string) => string | undefined
  maxLength?: number
  /** Several lines. */
  isLong?: boolean
  isReadOnly?: boolean
}

export function TextsField({ label, hint, name, value, onChange, errorAt, maxLength, isLong = false, isReadOnly = false }: TextsFieldProps) {
  const t = useT()
  const id = useId()
  const isBegun = Object.values(value).some((text) => text.trim() !== '')
  return (
    <div role="group" aria-labelledby={id} aria-describedby={hint === undefined ? undefined : `${id}-hint`} className={styles.group} data-field={name}>
      <span id={id} className={fieldStyles.label} data-label={label}>{label}</span>
      {hint !== undefined && <span id={`${id}-hint`} className={fieldStyles.hint}>{hint}</span>}
      <div className={cx(styles.texts, isLong && styles.long)}>
        {(Object.keys(langNames) as Lang[]).map((lang) => {
          const error = errorAt(`${name}/${lang}`)
          const isMissing = isBegun && value[lang].trim() === ''
          return (
            <TextField
              key={lang} name={`${name}/${lang}`} className={fieldStyles.field} value={value[lang]} onChange={(text) => { onChange({ ...value, [lang]: text }) }}
              isInvalid={error !== undefined} validationBehavior="aria" maxLength={maxLength} isReadOnly={isReadOnly} autoComplete="off"
            >
              <span className={styles.line}>
                <Label className={styles.lang} data-label={`${label} (${langNames[lang]})`}>{langNames[lang]}</Label>
                {isMissing && <Text slot="description" className={styles.missing}>{t('ui.texts.missing')}</Text>}
              </span>
              <FieldMistake error={error} />
              {isLong ? <TextArea lang={lang} className={cx(fieldStyles.input, styles.area)} rows={2} /> : <Input lang={lang} className={fieldStyles.input} />}
            </TextField>
          )
        })}
      </div>
    </div>
  )
}
