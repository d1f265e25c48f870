import type { ReactNode } from 'react'
import { useId } from 'react'
import { useT } from '~/i18n'
import { cx } from './cx'
import { Icon } from './Icon'
import { VisuallyHidden } from './Layout'
import styles from './Progress.module.css'

/** Work that takes time. Without `value` it only says that something goes on. */
export function Progress({ label, value, max = 100, detail }: { label: string; value?: number; max?: number; detail?: ReactNode }) {
  const id = useId()
  return (
    <div className={styles.progress}>
      <div className={styles.head}>
        <span id={id}>{label}</span>
        {detail !== undefined && <span className={styles.detail}>{detail}</span>}
      </div>
      <progress aria-labelledby={id} value={value} max={max} className={styles.bar} />
    </div>
  )
}

/** So many of so many: what is left of a benefit. Few are shown as dots, many as a bar; the words always stand beside. */
export function Balance({ left, total, children }: { left: number; total: number; children: ReactNode }) {
  return (
    <div className={styles.balance}>
      <span className={styles.dots} aria-hidden="true">
        {total <= 12
          ? Array.from({ length: total }, (_, dot) => <span key={dot} className={cx(styles.dot, dot < left && styles.full)} />)
          : <meter className={styles.meter} value={left} max={total} />}
      </span>
      <span>{children}</span>
    </div>
  )
}

/** Where one is in a row of steps. On phones the current step's name and the count. */
export function Stepper({ label, steps, current }: { label: string; steps: readonly string[]; current: number }) {
  const t = useT()
  return (
    <nav aria-label={label} className={styles.stepper}>
      <p className={styles.count}>{t('ui.step', { current: current + 1, total: steps.length })}</p>
      <ol className={styles.steps}>
        {steps.map((step, index) => (
          <li key={step} className={cx(styles.step, index < current && styles.done, index === current && styles.current)} aria-current={index === current ? 'step' : undefined}>
            <span className={styles.mark} aria-hidden="true">{index < current ? <Icon name="check" size={16} /> : index + 1}</span>
            <span>{step}{index < current && <VisuallyHidden> ({t('ui.step.done')})</VisuallyHidden>}</span>
          </li>
        ))}
      </ol>
    </nav>
  )
}
