import type { Ref } from 'react'
import { Button as AriaButton, type ButtonProps } from 'react-aria-components/Button'
import { cx } from './cx'
import { Icon } from './Icon'
import type { IconName } from './icons'
import styles from './RoundButton.module.css'

export interface RoundButtonProps extends Pick<ButtonProps, 'onPress'> {
  ref?: Ref<HTMLButtonElement>
  icon: IconName
  /** Seen under the icon, and the accessible name: it stays the same while the state changes. */
  label: string
  /** A switch: on or off. Without it the control opens something. */
  isOn?: boolean
  /** On is the ordinary state: off is drawn crossed out. */
  isUsual?: boolean
  /** Leaving. */
  isExit?: boolean
  /** How much is new behind it, in words. */
  news?: string | undefined
}

/** A round button with its word beneath, as in a row of controls that are used without looking. */
export function RoundButton({ icon, label, isOn, isUsual = false, isExit = false, news, ...props }: RoundButtonProps) {
  return (
    <AriaButton {...props} className={styles.control} {...(isOn !== undefined && { 'aria-pressed': isOn })} data-exit={isExit || undefined}>
      <span className={cx(styles.disc, isUsual && isOn === false && styles.crossed)}>
        <Icon name={icon} />
        {news !== undefined && <span className={styles.news} aria-hidden="true" />}
      </span>
      <span>{label}</span>
      {news !== undefined && <span className={styles.heard}>{news}</span>}
    </AriaButton>
  )
}
