import type { ReactNode } from 'react'
import { CheckboxButton, CheckboxField } from 'react-aria-components/Checkbox'
import { CheckboxGroup as AriaCheckboxGroup } from 'react-aria-components/CheckboxGroup'
import { Text } from 'react-aria-components/Text'
import { Words, type GroupProps } from './Choice'
import { cx } from './cx'
import { FieldHint, FieldLabel, FieldMistake, fieldStyles, type FieldProps } from './Field'
import { CategoryIcon, Icon } from './Icon'
import styles from './Choice.module.css'

export interface CheckboxProps extends Omit<FieldProps, 'label'> {
  label: ReactNode
  value?: boolean
  onChange?: (value: boolean) => void
  isDisabled?: boolean
  /** Some of what it stands for is chosen. */
  isIndeterminate?: boolean
}

/** One yes or no which is saved with its form; for what acts at once, use Switch. */
export function Checkbox({ label, hint, error, value, optional: _, ...props }: CheckboxProps) {
  return (
    <CheckboxField {...props} isSelected={value} isInvalid={error !== undefined} validationBehavior="aria" className={fieldStyles.field} data-field={props.name}>
      <CheckboxButton className={styles.choice}>
        <span className={styles.box} aria-hidden="true"><Icon name={props.isIndeterminate ? 'minus' : 'check'} size={20} /></span>
        <span className={styles.words}><span className={styles.label}>{label}</span></span>
      </CheckboxButton>
      {hint !== undefined && <Text slot="description" className={cx(styles.hint, styles.under)}>{hint}</Text>}
      <FieldMistake error={error} />
    </CheckboxField>
  )
}

export interface CheckboxGroupProps<T extends string> extends GroupProps<T> {
  value?: readonly T[]
  onChange?: (value: T[]) => void
}

export function CheckboxGroup<T extends string>({ label, hint, optional, error, options, look = 'list', value, onChange, ...props }: CheckboxGroupProps<T>) {
  return (
    <AriaCheckboxGroup {...props} value={value ? [...value] : undefined} onChange={(chosen) => onChange?.(chosen as T[])} className={cx(fieldStyles.field, styles.wideField)} isInvalid={error !== undefined} validationBehavior="aria" data-field={props.name}>
      <FieldLabel label={label} optional={optional} />
      {hint !== undefined && <FieldHint>{hint}</FieldHint>}
      <FieldMistake error={error} />
      <div className={look === 'cards' ? styles.cards : styles.list}>
        {options.map((option) => (
          <CheckboxField key={option.id} value={option.id} isDisabled={option.isDisabled}>
            <CheckboxButton className={cx(styles.choice, look === 'cards' && styles.card)}>
              <span className={styles.box} aria-hidden="true"><Icon name="check" size={20} /></span>
              {option.icon !== undefined && <CategoryIcon name={option.icon} />}
              <Words label={option.label} hint={option.hint} />
            </CheckboxButton>
          </CheckboxField>
        ))}
      </div>
    </AriaCheckboxGroup>
  )
}
