import { useId, useState, type FocusEvent } from 'react'
import { useT } from '~/i18n'
import { Button } from './Button'
import { cx } from './cx'
import { fieldStyles } from './Field'
import styles from './CopyField.module.css'

interface Props {
  label: string
  value: string
  hint?: string
  /** Several lines, e.g. a list of codes. */
  rows?: number
  onCopied?: () => void
}

/** Something to take elsewhere: an access code, a secret address, a link. */
export function CopyField({ label, value, hint, rows, onCopied }: Props) {
  const t = useT()
  const id = useId()
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(value)
    setCopied(true)
    onCopied?.()
  }
  const shown = {
    id, readOnly: true, value,
    onFocus: (event: FocusEvent<HTMLInputElement | HTMLTextAreaElement>) => { event.currentTarget.select() },
  }
  return (
    <div className={fieldStyles.field}>
      <label className={fieldStyles.label} htmlFor={id}>{label}</label>
      {hint !== undefined && <span className={fieldStyles.hint}>{hint}</span>}
      <div className={styles.line}>
        {rows === undefined
          ? <input {...shown} className={fieldStyles.input} />
          : <textarea {...shown} className={cx(fieldStyles.input, styles.lines)} rows={rows} spellCheck={false} />}
        <Button icon={isCopied ? 'check' : 'copy'} onPress={() => { void copy() }}>{isCopied ? t('ui.copied') : t('ui.copy')}</Button>
      </div>
      <span role="status" className={styles.hidden}>{isCopied && t('ui.copied')}</span>
    </div>
  )
}
