// The few ways things stand on a page. Features need no layout CSS of their own for ordinary screens.
import type { ReactNode } from 'react'
import { cx } from './cx'
import styles from './Layout.module.css'

type Gap = 1 | 2 | 3 | 4 | 5 | 6 | 7
const gaps: Record<Gap, string | undefined> = { 1: styles.gap1, 2: styles.gap2, 3: styles.gap3, 4: styles.gap4, 5: styles.gap5, 6: styles.gap6, 7: styles.gap7 }

interface BoxProps {
  children: ReactNode
  gap?: Gap
}

/** One under another. */
export const Stack = ({ children, gap = 4 }: BoxProps) => <div className={cx(styles.stack, gaps[gap])}>{children}</div>

/** Side by side, wrapping; `end` pushes to the far side, `between` spreads. */
export const Row = ({ children, gap = 3, justify = 'start', align = 'center' }: BoxProps & { justify?: 'start' | 'end' | 'between' | 'center'; align?: 'center' | 'start' | 'end' }) => (
  <div className={cx(styles.row, gaps[gap], styles[justify], align !== 'center' && styles[align === 'start' ? 'alignStart' : 'alignEnd'])}>{children}</div>
)

/** A picture and what belongs to it, which wraps beside it and never falls below. */
export const Beside = ({ picture, children }: { picture: ReactNode; children: ReactNode }) => <div className={styles.beside}>{picture}{children}</div>

/** As many columns as fit, none narrower than `min` (rem). `align="end"`: fields stand on one line, however long the words above each are. */
export const Grid = ({ children, gap = 4, min = 18, align }: BoxProps & { min?: 12 | 15 | 18 | 22 | 28; align?: 'end' }) => (
  <div className={cx(styles.grid, gaps[gap], styles[`min${String(min)}`], align && styles.alignEnd)}>{children}</div>
)

/** Main column with a narrower one beside it on wide screens, below it on phones. `follows`: it stays in sight, and scrolls by itself. */
export const Columns = ({ children, aside, follows = false }: { children: ReactNode; aside: ReactNode; follows?: boolean }) => (
  <div className={styles.columns}>
    <div className={styles.main}>{children}</div>
    {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls by itself must be reachable by the keyboard */}
    <aside className={cx(styles.aside, follows && styles.follows)} tabIndex={follows ? 0 : undefined}>{aside}</aside>
  </div>
)

/** A titled part of a page. */
export function Section({ title, children, actions, level = 2 }: { title: string; children: ReactNode; actions?: ReactNode; level?: 2 | 3 }) {
  const Heading = level === 2 ? 'h2' : 'h3'
  return (
    <section className={cx(styles.stack, gaps[4])}>
      <div className={cx(styles.row, styles.between, gaps[3])}>
        <Heading>{title}</Heading>
        {actions}
      </div>
      {children}
    </section>
  )
}

/** Secondary text. `small` for captions. */
export const Muted = ({ children, small = false }: { children: ReactNode; small?: boolean }) => <p className={cx(styles.muted, small && styles.small)}>{children}</p>

/** Heard, not seen. */
export const VisuallyHidden = ({ children }: { children: ReactNode }) => <span className={styles.hidden}>{children}</span>
