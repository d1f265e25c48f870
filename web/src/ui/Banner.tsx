import type { ReactNode } from 'react'
import { cx } from './cx'
import { Icon } from './Icon'
import type { IconName } from './icons'
import styles from './Banner.module.css'

type Tone = 'info' | 'positive' | 'notice' | 'danger' | 'private'
const icons: Record<Tone, IconName> = { info: 'info', positive: 'check', notice: 'notice', danger: 'error', private: 'lock' }

interface Props {
  children: ReactNode
  title?: string
  /** `private` says who can read what is on the screen; `danger` is for errors, never for a person's state. */
  tone?: Tone
  actions?: ReactNode
  /** Said aloud when it appears later than the page. */
  announce?: boolean
}

export function Banner({ children, title, tone = 'info', actions, announce = false }: Props) {
  return (
    <div className={cx(styles.banner, styles[tone])} role={announce ? (tone === 'danger' ? 'alert' : 'status') : undefined}>
      <Icon name={icons[tone]} />
      <div className={styles.body}>
        {title !== undefined && <p className={styles.title}>{title}</p>}
        <div>{children}</div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
    </div>
  )
}
