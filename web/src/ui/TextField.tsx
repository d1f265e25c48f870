import { Input } from 'react-aria-components/Input'
import { NumberField as AriaNumberField } from 'react-aria-components/NumberField'
import { Button } from 'react-aria-components/Button'
import { Group } from 'react-aria-components/Group'
import { TextArea as AriaTextArea } from 'react-aria-components/TextArea'
import { TextField as AriaTextField, type TextFieldProps as AriaTextFieldProps } from 'react-aria-components/TextField'
import { SearchField as AriaSearchField } from 'react-aria-components/SearchField'
import { cx } from './cx'
import { FieldHint, FieldLabel, FieldMistake, fieldStyles as styles, type FieldProps } from './Field'
import { Icon } from './Icon'

export interface TextFieldProps extends FieldProps, Pick<AriaTextFieldProps, 'value' | 'defaultValue' | 'onChange' | 'onBlur' | 'type' | 'inputMode' | 'autoComplete' | 'maxLength' | 'isDisabled' | 'isReadOnly' | 'autoFocus' | 'spellCheck'> {
  placeholder?: string
  ref?: React.Ref<HTMLInputElement>
}

/** One line of text. Give `type`, `inputMode` and `autoComplete` what they deserve: phones choose the keyboard by them. */
export function TextField({ label, hint, optional, error, placeholder, ref, ...props }: TextFieldProps) {
  return (
    <AriaTextField {...props} className={styles.field} isInvalid={error !== undefined} validationBehavior="aria">
      <FieldLabel label={label} optional={optional} />
      {hint !== undefined && <FieldHint>{hint}</FieldHint>}
      <FieldMistake error={error} />
      <Input ref={ref} className={styles.input} placeholder={placeholder} />
    </AriaTextField>
  )
}

export interface TextAreaProps extends Omit<TextFieldProps, 'type' | 'ref'> {
  rows?: number
}

/** Several lines; grows with the text. With `maxLength` the number left is shown near the end. */
export function TextArea({ label, hint, optional, error, placeholder, rows = 4, ...props }: TextAreaProps) {
  const length = (props.value ?? '').length
  return (
    <AriaTextField {...props} className={styles.field} isInvalid={error !== undefined} validationBehavior="aria">
      <FieldLabel label={label} optional={optional} />
      {hint !== undefined && <FieldHint>{hint}</FieldHint>}
      <FieldMistake error={error} />
      <AriaTextArea className={cx(styles.input, styles.area)} placeholder={placeholder} rows={rows} />
      {props.maxLength !== undefined && length > props.maxLength * 0.8 && <span className={styles.count}>{length} / {props.maxLength}</span>}
    </AriaTextField>
  )
}

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

export function NumberField({ label, hint, optional, error, min, max, step, format, value, ...props }: NumberFieldProps) {
  return (
    <AriaNumberField
      {...props} value={value ?? NaN} minValue={min} maxValue={max} step={step} formatOptions={format}
      className={styles.field} isInvalid={error !== undefined} validationBehavior="aria"
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

export interface SearchFieldProps extends Pick<FieldProps, 'label' | 'hint'> {
  value: string
  onChange: (value: string) => void
  onSubmit?: (value: string) => void
  placeholder?: string
}

/** The label is always there; React Aria adds the clear button's name in the person's language. */
export function SearchField({ label, hint, placeholder, ...props }: SearchFieldProps) {
  return (
    <AriaSearchField {...props} className={styles.field}>
      {({ isEmpty }) => (
        <>
          <FieldLabel label={label} />
          {hint !== undefined && <FieldHint>{hint}</FieldHint>}
          <Group className={styles.group}>
            <span className={styles.affix}><Icon name="find" size={20} /></span>
            <Input className={styles.bare} placeholder={placeholder} />
            {!isEmpty && <Button className={styles.inner}><Icon name="close" size={20} /></Button>}
          </Group>
        </>
      )}
    </AriaSearchField>
  )
}
