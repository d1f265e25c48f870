import { useId } from 'react'
import { useT } from '~/i18n'
import type { Option } from './Choice'
import { cx } from './cx'
import { fieldStyles, type FieldProps } from './Field'
import { Icon } from './Icon'
import styles from './Select.module.css'

export interface SelectProps<T extends string> extends FieldProps {
  /** Hints and icons of options are not shown here. */
  options: readonly Option<T>[]
  value?: T | null
  onChange?: (value: T) => void
  isDisabled?: boolean
  placeholder?: string
}

/**
 * One of up to a dozen or so known options; for more use ComboBox, for two to five RadioGroup. The browser's own: on phones nothing is easier
 * to use or to hear, and it weighs nothing.
 */
export function Select<T extends string>({ label, hint, optional = false, error, options, placeholder, value, onChange, name, isDisabled }: SelectProps<T>) {
  const t = useT()
  const id = useId()
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className={fieldStyles.field} data-field={name}>
      <label className={fieldStyles.label} htmlFor={id} data-label={label}>
        {label}
        {optional && <span className={fieldStyles.optional}> {t('ui.optional')}</span>}
      </label>
      {hint !== undefined && <span id={`${id}-hint`} className={fieldStyles.hint}>{hint}</span>}
      {error !== undefined && <span id={`${id}-error`} className={fieldStyles.error}><Icon name="error" size={20} /><span>{error}</span></span>}
      <span className={styles.native}>
        <select
          id={id} name={name} disabled={isDisabled} aria-invalid={error !== undefined || undefined} aria-describedby={described || undefined}
          className={cx(fieldStyles.input, error !== undefined && fieldStyles.invalid, value == null && fieldStyles.placeholder)}
          value={value ?? ''} onChange={(event) => onChange?.(event.target.value as T)}
        >
          {value == null && <option value="" disabled hidden>{placeholder ?? t('ui.choose')}</option>}
          {options.map((option) => <option key={option.id} value={option.id} disabled={option.isDisabled}>{option.label}</option>)}
        </select>
        <Icon name="down" size={20} />
      </span>
    </div>
  )
}
