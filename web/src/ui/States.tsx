// What stands where content is not (yet): waiting, nothing, failure, no network.
import { useEffect, useState, type ReactNode } from 'react'
import type { ApiProblem } from '~/api'
import { useT } from '~/i18n'
import { Button } from './Button'
import { cx } from './cx'
import { Icon } from './Icon'
import type { IconName } from './icons'
import { VisuallyHidden } from './Layout'
import { useProblemText } from './problem-text'
import styles from './States.module.css'

/** People do not notice less than this, and a skeleton that flashes is worse than none. */
const NOTICEABLE_MS = 150

/** Reserves the space at once, shows grey shapes after 150 ms, tells screen readers. */
export function Skeleton({ children }: { children: ReactNode }) {
  const t = useT()
  const [isShown, show] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => { show(true) }, NOTICEABLE_MS)
    return () => { clearTimeout(timer) }
  }, [])
  return (
    <div aria-busy="true" className={cx(styles.skeleton, isShown && styles.shown)}>
      <div aria-hidden="true">{children}</div>
      {isShown && <VisuallyHidden><span role="status">{t('ui.loading')}</span></VisuallyHidden>}
    </div>
  )
}

/** A grey bar; width in parts of the line. */
export const Bone = ({ width = 'full', height = 'text' }: { width?: 'third' | 'half' | 'most' | 'full'; height?: 'text' | 'title' | 'control' | 'block' }) => <span className={cx(styles.bone, styles[width], styles[height])} />

export const ListSkeleton = ({ rows = 4 }: { rows?: number }) => (
  <Skeleton>
    <div className={styles.rows}>
      {Array.from({ length: rows }, (_, row) => <div key={row} className={styles.row}><Bone width="half" /><Bone width="most" /></div>)}
    </div>
  </Skeleton>
)

export const CardsSkeleton = ({ cards = 3 }: { cards?: number }) => (
  <Skeleton>
    <div className={styles.cards}>
      {Array.from({ length: cards }, (_, card) => <div key={card} className={styles.card}><Bone width="half" height="title" /><Bone /><Bone width="most" /><Bone height="control" width="half" /></div>)}
    </div>
  </Skeleton>
)

export const TextSkeleton = ({ lines = 3 }: { lines?: number }) => (
  <Skeleton><div className={styles.lines}>{Array.from({ length: lines }, (_, line) => <Bone key={line} width={line === lines - 1 ? 'half' : 'full'} />)}</div></Skeleton>
)

interface StateProps {
  icon?: IconName
  title: string
  children?: ReactNode
  /** The next step. */
  action?: ReactNode
}

const State = ({ icon = 'info', title, children, action }: StateProps) => (
  <div className={styles.state}>
    <span className={styles.icon}><Icon name={icon} size={28} /></span>
    <p className={styles.title}>{title}</p>
    {children !== undefined && <div className={styles.text}>{children}</div>}
    {action}
  </div>
)

/** Nothing here yet, why, and what to do next. */
export const EmptyState = State

export function ErrorState({ problem, onRetry }: { problem: ApiProblem; onRetry?: () => void }) {
  const t = useT()
  const text = useProblemText()
  const canRetry = onRetry !== undefined && problem.status !== 403 && problem.status !== 404
  return (
    <div role="alert">
      <State icon="error" title={t('ui.error.title')} action={canRetry && <Button icon="refresh" onPress={onRetry}>{t('ui.retry')}</Button>}>
        <p>{text(problem)} {canRetry && t('ui.error.safe')}</p>
      </State>
    </div>
  )
}

export function OfflineState({ onRetry }: { onRetry?: () => void }) {
  const t = useT()
  return (
    <State icon="offline" title={t('ui.offline.title')} action={onRetry && <Button icon="refresh" onPress={onRetry}>{t('ui.retry')}</Button>}>
      <p>{t('ui.offline.lead')}</p>
    </State>
  )
}
