import { useState } from 'react'
import { FileTrigger } from 'react-aria-components/FileTrigger'
import { useT } from '~/i18n'
import { Button } from './Button'
import { fieldStyles, type FieldProps } from './Field'
import { Icon } from './Icon'
import styles from './FileField.module.css'

export interface FileFieldProps extends FieldProps {
  /** MIME types or endings, e.g. `['image/jpeg', '.csv']` (of tables systems know no type); the server looks at the content anyway. */
  accept: readonly string[]
  /** What to say to a file of another kind: which is needed, and how one comes by it. */
  wrongType?: string
  maxBytes: number
  value: File | null
  onChange: (file: File | null) => void
  isDisabled?: boolean
}

const MEGA = 1024 * 1024

/** One file. Size and type are told at once, before anything is sent. */
export function FileField({ label, hint, optional = false, name, error, accept, wrongType, maxBytes, value, onChange, isDisabled }: FileFieldProps) {
  const t = useT()
  const [mistake, setMistake] = useState<string>()
  const take = (files: FileList | null) => {
    const file = files?.[0]
    if (!file) return
    const fits = accept.some((kind) => (kind.startsWith('.') ? file.name.toLowerCase().endsWith(kind) : kind === file.type))
    const tooBig = file.size > maxBytes && t('ui.file.tooBig', { megabytes: Math.floor(maxBytes / MEGA) })
    const problem = tooBig || (fits ? undefined : wrongType ?? t('ui.file.wrongType'))
    setMistake(problem)
    onChange(problem === undefined ? file : null)
  }
  const shown = mistake ?? error
  return (
    <div className={fieldStyles.field} role="group" aria-label={label} data-field={name}>
      <span className={fieldStyles.label}>{label}{optional && <span className={fieldStyles.optional}> {t('ui.optional')}</span>}</span>
      {hint !== undefined && <span className={fieldStyles.hint}>{hint}</span>}
      {shown !== undefined && <span role="alert" className={fieldStyles.error}><Icon name="error" size={20} /><span>{shown}</span></span>}
      <div className={styles.line}>
        <FileTrigger acceptedFileTypes={accept} onSelect={take}>
          <Button icon="upload" isDisabled={isDisabled}>{value === null ? t('ui.file.choose') : t('ui.file.another')}</Button>
        </FileTrigger>
        {value !== null && <span className={styles.name}><Icon name="document" size={20} />{value.name}</span>}
      </div>
    </div>
  )
}
