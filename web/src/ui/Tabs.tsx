import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components/Tabs'
import styles from './Tabs.module.css'

export interface TabItem<T extends string> {
  id: T
  label: string
  content: ReactNode
}

/** Views of one thing. Keep `value` in the query string, so that "back" and a shared link work. */
export function Tabs<T extends string>({ label, items, value, onChange }: { label: string; items: readonly TabItem<T>[]; value: T; onChange: (value: T) => void }) {
  return (
    <AriaTabs className={styles.tabs} selectedKey={value} onSelectionChange={(key) => { onChange(key as T) }}>
      <TabList aria-label={label} className={styles.list}>
        {items.map((item) => <Tab key={item.id} id={item.id} className={styles.tab}>{item.label}</Tab>)}
      </TabList>
      {items.map((item) => <TabPanel key={item.id} id={item.id} className={styles.panel}>{item.content}</TabPanel>)}
    </AriaTabs>
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
