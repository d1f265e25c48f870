import { Outlet } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useT } from '~/i18n'
import { OfflineBanner } from './OfflineBanner'
import { RouteAnnouncer } from './RouteAnnouncer'
import { StepUp } from './StepUp'
import { useIsWanted } from '~/ui/toast-queue'
import styles from './Shell.module.css'

const ToastRegion = lazy(() => import('~/ui/Toast'))

/** What is around every screen of every audience. */
export function Root() {
  const t = useT()
  const hasNews = useIsWanted()
  return (
    <>
      <a className={styles.skip} href="#main" onClick={(event) => { event.preventDefault(); document.getElementById('main')?.focus() }}>
        {t('shell.skip')}
      </a>
      <RouteAnnouncer />
      <OfflineBanner />
      <Outlet />
      <StepUp />
      {hasNews && <Suspense><ToastRegion /></Suspense>}
    </>
  )
}
