import { useState } from 'react'
import { FileTrigger } from 'react-aria-components/FileTrigger'
import { useT } from '~/i18n'
import { useFormat, type Formats } from '~/i18n/format'
import { Button } from './Button'
import type { FieldProps } from './Field'
import { FieldGroup } from './FieldGroup'
import { Icon } from './Icon'
import styles from './FileField.module.css'

export interface FileFieldProps extends FieldProps {
  /** MIME types or endings, e.g. `['image/jpeg', '.csv']` (of tables systems know no type); the server looks at the content anyway. */
  accept: readonly string[]
  /** What to say to a file of another kind: which is needed, and how one comes by it. */
  wrongType?: string
  maxBytes: number
  value: File | null
  /** `mistake`: what is wrong with the file that was chosen and not taken; the field says it by itself. */
  onChange: (file: File | null, mistake?: string) => void
  isDisabled?: boolean
  /** It is being sent. */
  isPending?: boolean
  /** What the button says, when "choose a file" is not enough. */
  action?: string
}

const KILO = 1024
const MEGA = KILO * KILO

const sizeOf = (bytes: number, { number }: Formats): string =>
  bytes < MEGA ? number(Math.floor(bytes / KILO), { style: 'unit', unit: 'kilobyte' }) : number(Math.floor(bytes / MEGA), { style: 'unit', unit: 'megabyte' })

/** One file. Size and type are told at once, before anything is sent. */
export function FileField({ label, hint, optional = false, name, error, accept, wrongType, maxBytes, value, onChange, isDisabled, isPending, action }: FileFieldProps) {
  const t = useT()
  const format = useFormat()
  const [mistake, setMistake] = useState<string>()
  const take = (files: FileList | null) => {
    const file = files?.[0]
    if (!file) return
    const fits = accept.some((kind) => (kind.startsWith('.') ? file.name.toLowerCase().endsWith(kind) : kind === file.type))
    const wrongSize = file.size === 0 ? t('ui.file.empty') : file.size > maxBytes && t('ui.file.tooBig', { size: sizeOf(maxBytes, format) })
    const problem = wrongSize || (fits ? undefined : wrongType ?? t('ui.file.wrongType'))
    setMistake(problem)
    onChange(problem === undefined ? file : null, problem)
  }
  return (
    <FieldGroup label={label} hint={hint} optional={optional} name={name} error={mistake ?? error}>
      <div className={styles.line}>
        <FileTrigger acceptedFileTypes={accept} onSelect={take}>
          <Button icon="upload" isDisabled={isDisabled} isPending={isPending}>
            {action ?? (value === null ? t('ui.file.choose') : t('ui.file.another'))}
          </Button>
        </FileTrigger>
        {value !== null && <span className={styles.name}><Icon name="document" size={20} />{value.name}</span>}
      </div>
    </FieldGroup>
  )
}
