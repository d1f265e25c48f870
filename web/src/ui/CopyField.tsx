import { useId, useState } from 'react'
import { useT } from '~/i18n'
import { Button } from './Button'
import { fieldStyles } from './Field'
import styles from './CopyField.module.css'

/** Something to take elsewhere: an access code, a secret address, a link. */
export function CopyField({ label, value, hint }: { label: string; value: string; hint?: string }) {
  const t = useT()
  const id = useId()
  const [isCopied, setCopied] = useState(false)
  return (
    <div className={fieldStyles.field}>
      <label className={fieldStyles.label} htmlFor={id}>{label}</label>
      {hint !== undefined && <span className={fieldStyles.hint}>{hint}</span>}
      <div className={styles.line}>
        <input id={id} className={fieldStyles.input} readOnly value={value} onFocus={(event) => { event.currentTarget.select() }} />
        <Button icon={isCopied ? 'check' : 'copy'} onPress={() => { void navigator.clipboard.writeText(value).then(() => { setCopied(true) }) }}>{isCopied ? t('ui.copied') : t('ui.copy')}</Button>
      </div>
      <span role="status" className={styles.hidden}>{isCopied && t('ui.copied')}</span>
    </div>
  )
}
