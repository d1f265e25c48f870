// What checkboxes and radio buttons share.
import type { ReactNode } from 'react'
import { Text } from 'react-aria-components/Text'
import type { FieldProps } from './Field'
import styles from './Choice.module.css'

/** One of several choices. `icon` is a category icon's name. */
export interface Option<T extends string = string> {
  id: T
  label: string
  hint?: ReactNode
  icon?: string
  isDisabled?: boolean
}

export interface GroupProps<T extends string> extends FieldProps {
  options: readonly Option<T>[]
  /** `cards` for a few weighty choices with hints or icons; `list` else. */
  look?: 'list' | 'cards'
  isDisabled?: boolean
}

/** Label and, under it, the hint. */
export const Words = ({ label, hint }: { label: ReactNode; hint?: ReactNode }) => (
  <span className={styles.words}>
    <span className={styles.label}>{label}</span>
    {hint !== undefined && <Text slot="description" elementType="span" className={styles.hint}>{hint}</Text>}
  </span>
)
