import { createLink, type LinkComponent } from '@tanstack/react-router'
import type { ReactNode, Ref } from 'react'
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button'
import { useT } from '~/i18n'
import { cx } from './cx'
import { Icon } from './Icon'
import type { IconName } from './icons'
import styles from './Button.module.css'

export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger'

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children' | 'style'> {
  children: ReactNode
  /** One primary button a screen. */
  variant?: ButtonVariant
  icon?: IconName
  /** The whole width of its container, as on phones. */
  wide?: boolean
  ref?: Ref<HTMLButtonElement>
}

/** `isPending` keeps the width, says so to screen readers and ignores presses. */
export function Button({ children, variant = 'secondary', icon, wide = false, ...props }: ButtonProps) {
  const t = useT()
  return (
    <AriaButton {...props} className={cx(styles.button, styles[variant], wide && styles.wide)}>
      <span className={styles.content}>
        {icon && <Icon name={icon} size={20} />}
        {children}
      </span>
      {props.isPending === true && <span className={styles.spinner} role="progressbar" aria-label={t('ui.pending')} />}
    </AriaButton>
  )
}

export interface IconButtonProps extends Omit<AriaButtonProps, 'className' | 'children' | 'style' | 'aria-label'> {
  icon: IconName
  /** The accessible name, required: there is no visible text. */
  label: string
  variant?: ButtonVariant
  ref?: Ref<HTMLButtonElement>
}

export function IconButton({ icon, label, variant = 'quiet', ...props }: IconButtonProps) {
  return (
    <AriaButton {...props} aria-label={label} className={cx(styles.button, styles.square, styles[variant])}>
      <Icon name={icon} />
    </AriaButton>
  )
}

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
    <a {...props} className={cx(styles.button, styles[variant], wide && styles.wide, className)}>
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
