import { Link, redirect } from '@tanstack/react-router'
import { audienceOf, homes, meQuery, signedInHint, type Loader } from '~/api'
import { brand } from '~/brand'
import { useLang, useT } from '~/i18n'
import { FrameIcon, PageHeader } from '~/ui'
import styles from './WelcomePage.module.css'

/** Those who are signed in go on to their first screen. The server is asked only where somebody has been signed in. */
export const loader: Loader = async ({ queryClient }) => {
  if (!signedInHint.read()) return
  const me = await queryClient.query(meQuery).catch(() => undefined)
  if (me?.person) throw redirect({ to: homes[audienceOf(me.person)], replace: true })
  signedInHint.write(false)
}

/** The door: for somebody who has never been here, and for those who come back. */
export default function WelcomePage() {
  const t = useT()
  const lang = useLang()
  return (
    <>
      <PageHeader title={brand().tagline[lang]} lead={t('welcome.lead')} />
      <ul className={styles.ways}>
        <Way to="/enter" search={{ by: 'code' }} icon="ticket" title={t('welcome.code')} hint={t('welcome.code.hint')} />
        <Way to="/enter" search={{ by: 'email' }} icon="mail" title={t('welcome.email')} hint={t('welcome.email.hint')} />
      </ul>
      <p className={styles.signIn}>
        <Link to={'/sign-in'}>{t('welcome.signIn')}</Link>
        <Link to="/enter" search={{ by: 'pass' } as never}>{t('welcome.pass')}</Link>
      </p>
      <details className={styles.promise}>
        <summary><FrameIcon name="lock" size={20} />{t('welcome.promise')}<span className={styles.mark}><FrameIcon name="down" size={20} /></span></summary>
        <p>{t('welcome.promise.text')}</p>
      </details>
    </>
  )
}

function Way({ to, search, icon, title, hint }: { to: string; search: Record<string, string>; icon: 'ticket' | 'mail'; title: string; hint: string }) {
  return (
    <li>
      <Link to={to as never} search={search as never} className={styles.way}>
        <span className={styles.icon}><FrameIcon name={icon} /></span>
        <span className={styles.words}>
          <span className={styles.title}>{title}</span>
          <span className={styles.hint}>{hint}</span>
        </span>
        <FrameIcon name="forward" size={20} />
      </Link>
    </li>
  )
}
