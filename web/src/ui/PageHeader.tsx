import { Link, type LinkProps } from '@tanstack/react-router'
import { useEffect, type ReactNode } from 'react'
import { brand } from '~/brand'
import { useLang } from '~/i18n'
import { FrameIcon } from './FrameIcon'
import styles from './PageHeader.module.css'

interface Props {
  title: string
  lead?: ReactNode
  /** Where "back" leads, and what it is called there. */
  back?: { to: LinkProps['to']; label: string; params?: Record<string, string>; search?: Record<string, unknown> }
  actions?: ReactNode
}

/** The one h1 of a page; names the tab, and receives the focus when the page opens. Every page starts with it. */
export function PageHeader({ title, lead, back, actions }: Props) {
  useTitle(title)
  return (
    <header className={styles.header}>
      {back && (
        <Link className={styles.back} to={back.to} params={(back.params ?? {}) as never} search={(back.search ?? {}) as never}>
          <FrameIcon name="back" size={20} />
          {back.label}
        </Link>
      )}
      <div className={styles.line}>
        <h1 tabIndex={-1}>{title}</h1>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
      {lead !== undefined && <p className={styles.lead}>{lead}</p>}
    </header>
  )
}

/** Names the tab; for screens (a call) which have no PageHeader. */
export function useTitle(title: string): void {
  const lang = useLang()
  useEffect(() => {
    const name = brand().name[lang]
    document.title = title === name ? name : `${title} · ${name}`
  }, [title, lang])
}
