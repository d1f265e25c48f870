import { Outlet } from '@tanstack/react-router'
import { useT } from '~/i18n'
import { OfflineBanner } from './OfflineBanner'
import { RouteAnnouncer } from './RouteAnnouncer'
import { ToastRegion } from '~/ui/Toast'
import styles from './Shell.module.css'

/** What is around every screen of every audience. */
export function Root() {
  const t = useT()
  return (
    <>
      <a className={styles.skip} href="#main" onClick={(event) => { event.preventDefault(); document.getElementById('main')?.focus() }}>
        {t('shell.skip')}
      </a>
      <RouteAnnouncer />
      <OfflineBanner />
      <Outlet />
      <ToastRegion />
    </>
  )
}
