// Label above, hint under the label, error in words under the control: the same for every field.
import type { ReactNode } from 'react'
import { FieldError } from 'react-aria-components/FieldError'
import { Label } from 'react-aria-components/Label'
import { Text } from 'react-aria-components/Text'
import { useT } from '~/i18n'
import { Icon } from './Icon'
import styles from './Field.module.css'

/** What every field of the kit takes, besides its own value. `form.field('name')` gives the last four. */
export interface FieldProps {
  label: string
  hint?: ReactNode
  /** Marks the field "(optional)"; required is the rule and is not marked. */
  optional?: boolean
  name?: string
  error?: string | undefined
}

export function FieldLabel({ label, optional = false }: Pick<FieldProps, 'label' | 'optional'>) {
  const t = useT()
  return (
    <Label className={styles.label} data-label={label}>
      {label}
      {optional && <span className={styles.optional}> {t('ui.optional')}</span>}
    </Label>
  )
}

export const FieldHint = ({ children }: { children: ReactNode }) => <Text slot="description" className={styles.hint}>{children}</Text>

export const FieldMistake = ({ error }: { error: string | undefined }) => (
  <FieldError className={styles.error}>
    <Icon name="error" size={20} />
    <span>{error}</span>
  </FieldError>
)

export { styles as fieldStyles }
