import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { cx } from './cx'
import styles from './Card.module.css'

interface Props {
  children: ReactNode
  /** `plain` is quiet ground; `accent` draws the eye to the one thing of the screen; `outline` for dense lists. */
  tone?: 'surface' | 'plain' | 'accent' | 'outline'
  as?: 'div' | 'article' | 'section' | 'li'
  /** Names the card for assistive technology when it is an article or section. */
  label?: string
}

export function Card({ children, tone = 'surface', as: Tag = 'div', label }: Props) {
  return <Tag className={cx(styles.card, styles[tone])} aria-label={label}>{children}</Tag>
}

/** A card that is one link: the whole of it is the target, its heading is the link's text. */
export function LinkCard({ children, title, to, params, search, level = 3 }: { children?: ReactNode; title: ReactNode; to: LinkProps['to']; params?: Record<string, string>; search?: Record<string, unknown>; level?: 2 | 3 }) {
  const Heading = level === 2 ? 'h2' : 'h3'
  return (
    <article className={cx(styles.card, styles.surface, styles.linked)}>
      <Heading><Link className={styles.cover} to={to} params={(params ?? {}) as never} search={(search ?? {}) as never}>{title}</Link></Heading>
      {children}
    </article>
  )
}

/** Name and value, name and value: details of a thing. */
export const Facts = ({ items }: { items: readonly (readonly [name: ReactNode, value: ReactNode] | false | null | undefined)[] }) => (
  <dl className={styles.facts}>
    {items.filter((item) => item !== false && item !== null && item !== undefined).map(([name, value], index) => (
      <div key={index}><dt>{name}</dt><dd>{value}</dd></div>
    ))}
  </dl>
)
