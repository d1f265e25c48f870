import { Link } from '@tanstack/react-router'
import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react'
import styles from './Tabs.module.css'

export interface TabItem<T extends string> {
  id: T
  label: string
  content: ReactNode
}

/** Where an arrow leads from a tab; undefined for keys that are not of tabs. */
export function tabAfter(key: string, at: number, count: number): number | undefined {
  if (key === 'ArrowRight' || key === 'ArrowDown') return (at + 1) % count
  if (key === 'ArrowLeft' || key === 'ArrowUp') return (at + count - 1) % count
  if (key === 'Home') return 0
  return key === 'End' ? count - 1 : undefined
}

/**
 * Views of one thing. Keep `value` in the query string, so that "back" and a shared link work. The pattern of WAI-ARIA practices, written out:
 * React Aria's tabs would bring its whole machinery of collections.
 */
export function Tabs<T extends string>({ label, items, value, onChange }: { label: string; items: readonly TabItem<T>[]; value: T; onChange: (value: T) => void }) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const shown = items.find((item) => item.id === value)
  // On a phone the chosen one may lie beyond the edge. Only the list is moved, never the page.
  useEffect(() => {
    const box = list.current
    const tab = box?.querySelector<HTMLElement>('[aria-selected=true]')
    if (!box || !tab) return
    const [start, end] = [tab.offsetLeft - box.offsetLeft, tab.offsetLeft - box.offsetLeft + tab.offsetWidth]
    if (start < box.scrollLeft) box.scrollLeft = start
    else if (end > box.scrollLeft + box.clientWidth) box.scrollLeft = end - box.clientWidth
  }, [value])
  const onKeyDown = (event: KeyboardEvent, at: number) => {
    const next = tabAfter(event.key, at, items.length)
    const item = next === undefined ? undefined : items[next]
    if (next === undefined || !item) return
    event.preventDefault()
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus()
    onChange(item.id)
  }
  return (
    <div className={styles.tabs}>
      <div ref={list} role="tablist" aria-label={label} className={styles.list}>
        {items.map((item, at) => (
          <button
            key={item.id} type="button" role="tab" id={`${id}-${item.id}`} className={styles.tab}
            aria-selected={item.id === value} aria-controls={item.id === value ? `${id}-panel` : undefined} tabIndex={item.id === value ? 0 : -1}
            onClick={() => { onChange(item.id) }} onKeyDown={(event) => { onKeyDown(event, at) }}
          >
            {item.label}
          </button>
        ))}
      </div>
      {shown && <div key={shown.id} role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown.id}`} tabIndex={-1} className={styles.panel}>{shown.content}</div>}
    </div>
  )
}

/** The same look for places that have addresses of their own. */
export const TabLinks = ({ label, items }: { label: string; items: readonly { to: string; label: string; params?: Record<string, string> }[] }) => (
  <nav aria-label={label}>
    <ul className={styles.list}>
      {items.map((item) => (
        <li key={item.to}><Link className={styles.tab} to={item.to as never} params={(item.params ?? {}) as never} activeProps={{ 'aria-current': 'page' }} activeOptions={{ exact: true }}>{item.label}</Link></li>
      ))}
    </ul>
  </nav>
)
