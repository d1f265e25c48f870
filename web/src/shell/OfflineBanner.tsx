import { onlineManager } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { useSyncExternalStore } from 'react'
import { useT } from '~/i18n'
import { FrameIcon } from '~/ui/FrameIcon'
import styles from './Shell.module.css'

const subscribe = (tell: () => void) => onlineManager.subscribe(tell)

export const useOnline = (): boolean => useSyncExternalStore(subscribe, () => onlineManager.isOnline(), () => true)

/** Says so while there is no network, but in a call, which says itself what goes on; the space is its own, so the page moves once and calmly. */
export function OfflineBanner() {
  const t = useT()
  const online = useOnline()
  const isInCall = useLocation({ select: ({ pathname }) => pathname.startsWith('/call/') })
  return (
    <div role="status">
      {!online && !isInCall && (
        <p className={styles.offline}>
          <FrameIcon name="offline" size={20} />
          {t('shell.offline')}
        </p>
      )}
    </div>
  )
}
