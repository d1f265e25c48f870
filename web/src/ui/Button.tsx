import type { ReactNode, Ref } from 'react'
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button'
import { useT } from '~/i18n'
import { cx } from './cx'
import { Icon } from './Icon'
import type { IconName } from './icons'
import type { ButtonVariant } from './LinkButton'
import styles from './Button.module.css'

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
    <AriaButton {...props} data-variant={variant} className={cx(styles.button, styles[variant], wide && styles.wide)}>
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
