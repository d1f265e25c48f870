import { Input } from 'react-aria-components/Input'
import { TextArea as AriaTextArea } from 'react-aria-components/TextArea'
import { TextField as AriaTextField, type TextFieldProps as AriaTextFieldProps } from 'react-aria-components/TextField'
import { useT } from '~/i18n'
import { cx } from './cx'
import { FieldHint, FieldLabel, FieldMistake, fieldStyles as styles, type FieldProps } from './Field'

export interface TextFieldProps extends FieldProps, Pick<AriaTextFieldProps, 'value' | 'defaultValue' | 'onChange' | 'onBlur' | 'type' | 'inputMode' | 'autoComplete' | 'maxLength' | 'isDisabled' | 'isReadOnly' | 'autoFocus' | 'spellCheck'> {
  placeholder?: string
  ref?: React.Ref<HTMLInputElement>
}

/** How much room is left, near the end of it: what is pasted is cut there. */
const Count = ({ of = '', max }: { of: string | undefined; max: number | undefined }) =>
  max !== undefined && max >= 100 && of.length > max * 0.8 && <span className={styles.count}>{of.length} / {max}</span>

/** One line of text. Give `type`, `inputMode` and `autoComplete` what they deserve: phones choose the keyboard by them. */
export function TextField({ label, hint, optional, error, placeholder, ref, ...props }: TextFieldProps) {
  return (
    <AriaTextField {...props} className={styles.field} isInvalid={error !== undefined} validationBehavior="aria">
      <FieldLabel label={label} optional={optional} />
      {hint !== undefined && <FieldHint>{hint}</FieldHint>}
      <FieldMistake error={error} />
      <Input ref={ref} className={styles.input} placeholder={placeholder} />
      <Count of={props.value} max={props.maxLength} />
    </AriaTextField>
  )
}

export interface TextAreaProps extends Omit<TextFieldProps, 'type' | 'ref'> {
  rows?: number
  /** Ctrl + Enter (⌘ on a Mac), as is told above the field. Enter alone begins a line: nothing half said leaves by mistake. */
  onSend?: () => void
}

const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.userAgent)

/** Several lines; grows with the text. With `maxLength` the number left is shown near the end. */
export function TextArea({ label, hint, optional, error, placeholder, rows = 4, onSend, ...props }: TextAreaProps) {
  const t = useT()
  return (
    <AriaTextField
      {...props} className={styles.field} isInvalid={error !== undefined} validationBehavior="aria"
      onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSend?.() }}
    >
      <FieldLabel label={label} optional={optional} />
      {hint !== undefined && <FieldHint>{hint}</FieldHint>}
      <FieldMistake error={error} />
      {onSend && <span className={styles.sendKey}>{t('ui.sendKey', { key: isMac() ? '⌘' : 'Ctrl' })}</span>}
      <AriaTextArea className={cx(styles.input, styles.area)} placeholder={placeholder} rows={rows} />
      <Count of={props.value} max={props.maxLength} />
    </AriaTextField>
  )
}
