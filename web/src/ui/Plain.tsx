// The look of buttons for the frame's own few acts (a broken screen, a wrong address): nothing else need be loaded for them.
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { cx } from './cx'
import styles from './Button.module.css'

interface Props {
  children: ReactNode
  isPrimary?: boolean
}

const look = (isPrimary: boolean) => cx(styles.button, isPrimary ? styles.primary : styles.secondary)

export const PlainButton = ({ children, isPrimary = false, onClick }: Props & { onClick: () => void }) => <button type="button" className={look(isPrimary)} onClick={onClick}>{children}</button>
export const PlainLink = ({ children, isPrimary = false }: Props) => <Link to="/" className={look(isPrimary)}>{children}</Link>
/** Loads the page anew: for a screen that broke. */
export const PlainAnchor = ({ children }: Props) => <a href="/" className={look(false)}>{children}</a>
