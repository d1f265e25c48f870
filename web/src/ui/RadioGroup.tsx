import { RadioButton, RadioField, RadioGroup as AriaRadioGroup } from 'react-aria-components/RadioGroup'
import { Words, type GroupProps } from './Choice'
import { cx } from './cx'
import { FieldHint, FieldLabel, FieldMistake, fieldStyles } from './Field'
import { CategoryIcon } from './Icon'
import styles from './Choice.module.css'

export interface RadioGroupProps<T extends string> extends Omit<GroupProps<T>, 'look'> {
  /** `tiles`: many options told by their icons, the word below. */
  look?: GroupProps<T>['look'] | 'tiles'
  value?: T | null
  onChange?: (value: T) => void
}

export function RadioGroup<T extends string>({ label, hint, optional, error, options, look = 'list', value, onChange, ...props }: RadioGroupProps<T>) {
  return (
    <AriaRadioGroup {...props} value={value ?? null} onChange={(chosen) => onChange?.(chosen as T)} className={cx(fieldStyles.field, styles.wideField)} isInvalid={error !== undefined} validationBehavior="aria" data-field={props.name}>
      <FieldLabel label={label} optional={optional} />
      {hint !== undefined && <FieldHint>{hint}</FieldHint>}
      <FieldMistake error={error} />
      <div className={styles[look]}>
        {options.map((option) => (
          <RadioField key={option.id} value={option.id} isDisabled={option.isDisabled}>
            <RadioButton className={cx(styles.choice, look !== 'list' && styles.card, look === 'tiles' && styles.tile)}>
              {look !== 'tiles' && <span className={cx(styles.box, styles.round)} aria-hidden="true"><span className={styles.dot} /></span>}
              {option.icon !== undefined && <CategoryIcon name={option.icon} />}
              <Words label={option.label} hint={option.hint} />
            </RadioButton>
          </RadioField>
        ))}
      </div>
    </AriaRadioGroup>
  )
}
