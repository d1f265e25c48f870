import { Outlet } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { LangSwitch, ThemeSwitch } from './Preferences'
import { Logo } from './Logo'
import { UrgentLink } from './UrgentLink'
import styles from './Shell.module.css'

/** Centred, quiet frame: sign-in, consents, landing, urgent help. */
export const PublicShell = () => <PublicFrame><Outlet /></PublicFrame>

export function PublicFrame({ children }: { children: ReactNode }) {
  return (
    <div className={styles.public}>
      <header className={styles.top}>
        <Logo />
        <UrgentLink />
      </header>
      <main id="main" tabIndex={-1} className={styles.centre}>
        {children}
      </main>
      <footer className={styles.foot}>
        <LangSwitch />
        <ThemeSwitch />
      </footer>
    </div>
  )
}
