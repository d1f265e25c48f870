import { useState, type ReactNode } from 'react'
import { useT } from '~/i18n'
import { Button } from './Button'
import { Dialog } from './Dialog'
import { Icon } from './Icon'
import { VisuallyHidden } from './Layout'
import { widerThan } from './media'
import styles from './Filters.module.css'

/** Is there room for a column beside the page? */
export const useIsWide = widerThan('64rem')

interface Props {
  /** FilterChips, Selects, Switches … one under another. */
  children: ReactNode
  /** How many are not at their ordinary value. */
  on: number
  onClear: () => void
  /** What would be shown; known while choosing, so that nobody applies in the dark. */
  found?: number
}

/** In a column on desktops; behind a button, in a drawer, on phones. */
export function Filters({ children, on, onClear, found }: Props) {
  const t = useT()
  const isWide = useIsWide()
  const [isOpen, setOpen] = useState(false)
  const clear = on > 0 && <Button variant="quiet" onPress={onClear}>{t('ui.filters.clear')}</Button>
  if (isWide) {
    return (
      <section className={styles.column} aria-label={t('ui.filters')}>
        {children}
        {clear}
      </section>
    )
  }
  return (
    <>
      <Button icon="filter" onPress={() => { setOpen(true) }}>
        {t('ui.filters')}
        {on > 0 && <span className={styles.count} aria-hidden="true">{on}</span>}
        {on > 0 && <VisuallyHidden>{t('ui.filters.on', { count: on })}</VisuallyHidden>}
      </Button>
      <Dialog
        title={t('ui.filters')} isOpen={isOpen} onClose={() => { setOpen(false) }}
        actions={<><Button variant="primary" onPress={() => { setOpen(false) }}>{t('ui.filters.show', { count: found ?? 0 })}</Button>{clear}</>}
      >
        {children}
      </Dialog>
    </>
  )
}

/** The next page of a list, asked for by the person. */
export function LoadMore({ onPress, isPending = false }: { onPress: () => void; isPending?: boolean }) {
  const t = useT()
  return <div className={styles.more}><Button onPress={onPress} isPending={isPending}>{t('ui.more')}</Button></div>
}

/** A further part, folded until it is wanted. */
export const Disclosure = ({ title, children, isOpen }: { title: ReactNode; children: ReactNode; isOpen?: boolean }) => (
  <details className={styles.details} open={isOpen}>
    <summary>{title}<span className={styles.mark}><Icon name="down" size={20} /></span></summary>
    <div>{children}</div>
  </details>
)
