import type { ReactNode } from 'react'
import { SwitchButton, SwitchField } from 'react-aria-components/Switch'
import { Text } from 'react-aria-components/Text'
import { cx } from './cx'
import { fieldStyles } from './Field'
import styles from './Choice.module.css'

export interface SwitchProps {
  label: ReactNode
  hint?: ReactNode
  value?: boolean
  onChange?: (value: boolean) => void
  isDisabled?: boolean
  name?: string
}

/** Acts at once: the setting is saved when it is turned. */
export function Switch({ label, hint, value, ...props }: SwitchProps) {
  return (
    <SwitchField {...props} isSelected={value} className={fieldStyles.field} data-field={props.name}>
      <SwitchButton className={cx(styles.choice, styles.switch)}>
        <span className={styles.words}><span className={styles.label}>{label}</span></span>
        <span className={styles.track} aria-hidden="true"><span className={styles.thumb} /></span>
      </SwitchButton>
      {hint !== undefined && <Text slot="description" className={styles.hint}>{hint}</Text>}
    </SwitchField>
  )
}
