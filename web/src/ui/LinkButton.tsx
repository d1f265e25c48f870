// Links that look like buttons. Apart from Button, because the frame and the door need no React Aria.
import { createLink, type LinkComponent } from '@tanstack/react-router'
import type { ReactNode, Ref } from 'react'
import { cx } from './cx'
import { Icon } from './Icon'
import type { IconName } from './icons'
import styles from './Button.module.css'

export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger'

interface LinkButtonBase {
  children?: ReactNode
  variant?: ButtonVariant
  icon?: IconName
  wide?: boolean
  className?: string
  ref?: Ref<HTMLAnchorElement>
}

/** The look of a button on an ordinary anchor, for addresses outside the router (tel:, downloads). */
export function AnchorButton({ children, variant = 'secondary', icon, wide = false, className, ...props }: LinkButtonBase & React.ComponentProps<'a'>) {
  return (
    <a {...props} data-variant={variant} className={cx(styles.button, styles[variant], wide && styles.wide, className)}>
      <span className={styles.content}>
        {icon && <Icon name={icon} size={20} />}
        {children}
      </span>
    </a>
  )
}

const Created = createLink(AnchorButton)
/** A router link that looks like a button: `<LinkButton to="/find" variant="primary">…</LinkButton>`. */
export const LinkButton: LinkComponent<typeof AnchorButton> = (props) => <Created {...props} />
