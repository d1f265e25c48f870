import { Link } from '@tanstack/react-router'
import { brand } from '~/brand'
import { useLang } from '~/i18n'
import styles from './Shell.module.css'

/** Mark and name; leads to the person's first screen. */
export function Logo({ to = '/' }: { to?: string }) {
  const lang = useLang()
  return (
    <Link to={to as never} className={styles.logo}>
      <img src="/brand/logo.svg" width={32} height={32} alt="" />
      <span>{brand().name[lang]}</span>
    </Link>
  )
}
