import type { ReactNode } from 'react'
import { cx } from './cx'
import { Icon } from './Icon'
import type { IconName } from './icons'
import styles from './Chip.module.css'

export type ChipTone = 'neutral' | 'accent' | 'positive' | 'notice' | 'danger'

/** A word about a thing: its state, its format. The word itself tells; the colour only helps. */
export const Chip = ({ children, tone = 'neutral', icon }: { children: ReactNode; tone?: ChipTone; icon?: IconName }) => (
  <span className={cx(styles.chip, styles[tone])}>
    {icon && <Icon name={icon} size={16} />}
    {children}
  </span>
)
