// Several short words of one's own, standing as removable tags under the field.
import { useState, type KeyboardEvent } from 'react'
import { useT } from '~/i18n'
import { Button } from './Button'
import type { FieldProps } from './Field'
import { TagList } from './TagList'
import { TextField } from './TextField'
import styles from './WordsField.module.css'

export interface WordsFieldProps extends FieldProps {
  value: readonly string[]
  onChange: (value: string[]) => void
  /** How many. */
  max: number
  /** Of each. */
  maxLength: number
}

/** Enter, a comma or leaving the field takes what is typed: nothing typed is lost. */
export function WordsField({ value, onChange, max, maxLength, label, ...props }: WordsFieldProps) {
  const t = useT()
  const [typed, setTyped] = useState('')
  const take = (text: string) => {
    const words = text.split(',').map((word) => word.trim()).filter((word) => word !== '')
    const added = [...new Set([...value, ...words])].slice(0, max)
    if (added.length > value.length) onChange(added)
    setTyped('')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    take(typed)
  }
  const isFull = value.length >= max
  return (
    <div className={styles.words}>
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions -- Enter in the field within takes the word and does not send the form */}
      <div className={styles.line} onKeyDown={onKeyDown}>
        <TextField
          {...props} label={label} value={typed} maxLength={maxLength} isDisabled={isFull}
          onChange={(text) => { if (text.includes(',')) take(text); else setTyped(text) }} onBlur={() => { take(typed) }}
        />
        <Button icon="plus" isDisabled={isFull || typed.trim() === ''} onPress={() => { take(typed) }}>{t('ui.words.add')}</Button>
      </div>
      {value.length > 0 && <TagList label={label} items={value.map((word) => ({ id: word, label: word }))} onRemove={(gone) => { onChange(value.filter((word) => word !== gone)) }} />}
    </div>
  )
}
