import { useId, type ReactNode } from 'react'
import { useT } from '~/i18n'
import { fieldStyles, type FieldProps } from './Field'
import { Icon } from './Icon'

/** What is no single control but is filled and may be wrong as one: label, hint and error as every field has them. */
export function FieldGroup({ label, hint, optional = false, name, error, children }: FieldProps & { children: ReactNode }) {
  const t = useT()
  const id = useId()
  return (
    <div className={fieldStyles.field} role="group" aria-labelledby={id} data-field={name}>
      <span className={fieldStyles.label}>
        <span id={id} data-label={label}>{label}</span>
        {optional && <span className={fieldStyles.optional}> {t('ui.optional')}</span>}
      </span>
      {hint !== undefined && <span className={fieldStyles.hint}>{hint}</span>}
      {error !== undefined && <span role="alert" className={fieldStyles.error}><Icon name="error" size={20} /><span>{error}</span></span>}
      {children}
    </div>
  )
}
