import { Button } from 'react-aria-components/Button'
import { Group } from 'react-aria-components/Group'
import { Input } from 'react-aria-components/Input'
import { NumberField as AriaNumberField } from 'react-aria-components/NumberField'
import { FieldHint, FieldLabel, FieldMistake, fieldStyles as styles, type FieldProps } from './Field'
import { Icon } from './Icon'

export interface NumberFieldProps extends FieldProps {
  /** NaN or undefined while empty. */
  value?: number | undefined
  onChange?: (value: number) => void
  onBlur?: () => void
  min?: number
  max?: number
  step?: number
  isDisabled?: boolean
  format?: Intl.NumberFormatOptions
}

/** What is typed stays as it was typed, also out of range: that is told, not mended behind one's back. */
export function NumberField({ label, hint, optional, error, min, max, step, format, value, ...props }: NumberFieldProps) {
  return (
    <AriaNumberField
      {...props} value={value ?? NaN} minValue={min} maxValue={max} step={step} formatOptions={format} commitBehavior="validate"
      className={styles.field} isInvalid={error !== undefined} validationBehavior="aria" data-field={props.name}
    >
      <FieldLabel label={label} optional={optional} />
      {hint !== undefined && <FieldHint>{hint}</FieldHint>}
      <FieldMistake error={error} />
      <Group className={styles.group}>
        <Input className={styles.bare} />
        <Button slot="decrement" className={styles.inner}><Icon name="minus" size={20} /></Button>
        <Button slot="increment" className={styles.inner}><Icon name="plus" size={20} /></Button>
      </Group>
    </AriaNumberField>
  )
}
