import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { cx } from './cx'
import { Icon } from './Icon'
import styles from './List.module.css'

/** Rows on one surface, divided by hairlines. Children are ListItem. */
export const List = ({ children, label }: { children: ReactNode; label?: string }) => <ul className={styles.list} aria-label={label}>{children}</ul>

interface ItemProps {
  title: ReactNode
  text?: ReactNode
  /** Avatar or icon. */
  leading?: ReactNode
  /** A time, a chip, a button. */
  trailing?: ReactNode
  to?: LinkProps['to']
  params?: Record<string, string>
  search?: Record<string, unknown>
}

/** With `to` the whole row is one link. */
export function ListItem({ title, text, leading, trailing, to, params, search }: ItemProps) {
  return (
    <li className={cx(styles.item, to !== undefined && styles.linked)}>
      {leading}
      <div className={styles.body}>
        <div className={styles.words}>
          {to === undefined
            ? <span className={styles.title}>{title}</span>
            : <Link className={cx(styles.title, styles.cover)} to={to} params={(params ?? {}) as never} search={(search ?? {}) as never}>{title}</Link>}
          {text !== undefined && <div className={styles.text}>{text}</div>}
        </div>
        {trailing !== undefined && <div className={styles.trailing}>{trailing}</div>}
      </div>
      {to !== undefined && <Icon name="forward" size={20} />}
    </li>
  )
}
