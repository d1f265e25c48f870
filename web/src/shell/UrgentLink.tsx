import { Link } from '@tanstack/react-router'
import { useT } from '~/i18n'
import { FrameIcon } from '~/ui/FrameIcon'
import styles from './Shell.module.css'

/** On every screen, one tap away, signed in or out, online or off. */
export function UrgentLink() {
  const t = useT()
  return (
    <Link to="/urgent" className={styles.urgent}>
      <FrameIcon name="phone" size={20} />
      {t('shell.urgent')}
    </Link>
  )
}
