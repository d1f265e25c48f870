import { lazy, Suspense, type ComponentType } from 'react'
import { fieldStyles } from './Field'
import styles from './lazy-field.module.css'

interface Shape {
  label: string
  hint?: React.ReactNode
}

/**
 * A heavy field, fetched when it is first drawn: until it comes, its label stands over an empty control of the same height, so nothing jumps.
 * Calendars and searchable lists weigh as much as half the shell, and are seldom what a screen is opened for.
 */
export function lazyField<P extends Shape>(load: () => Promise<ComponentType<P>>, look: 'control' | 'month' = 'control'): ComponentType<P> {
  const Field = lazy(async () => ({ default: await load() })) as unknown as ComponentType<P>
  return function LazyField(props: P) {
    return <Suspense fallback={<Waiting label={props.label} hint={props.hint} look={look} />}><Field {...props} /></Suspense>
  }
}

const Waiting = ({ label, hint, look }: Shape & { look: 'control' | 'month' }) =>
  look === 'month'
    ? <div className={styles.month} aria-busy="true" aria-label={label} role="group" />
    : (
      <div className={fieldStyles.field} aria-busy="true">
        <span className={fieldStyles.label}>{label}</span>
        {hint !== undefined && <span className={fieldStyles.hint}>{hint}</span>}
        <span className={fieldStyles.input} />
      </div>
      )
