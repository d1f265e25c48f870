import { frameIcons } from './frame-icons'
import styles from './Icon.module.css'

/** Path data as a drawing; decorative by nature. */
export const Drawing = ({ path, size }: { path: string; size: number }) => (
  <svg className={styles.icon} viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false">
    <path d={path} />
  </svg>
)

/** As Icon, of the small set that the first load carries. */
export const FrameIcon = ({ name, size = 24 }: { name: keyof typeof frameIcons; size?: number }) => <Drawing path={frameIcons[name]} size={size} />
