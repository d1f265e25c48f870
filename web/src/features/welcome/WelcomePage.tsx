import { useQuery } from '@tanstack/react-query'
import { Link, Navigate } from '@tanstack/react-router'
import { homes, meQuery, signedInHint } from '~/api'
import { brand } from '~/brand'
import { useLang, useT } from '~/i18n'
import { Icon, PageHeader } from '~/ui'
import styles from './WelcomePage.module.css'

/** The door: for somebody who has never been here, and for those who come back. */
export default function WelcomePage() {
  const t = useT()
  const lang = useLang()
  // Asked only where somebody has been signed in; others see the door at once.
  const me = useQuery({ ...meQuery, enabled: signedInHint.read() })
  if (me.data) return <Navigate to={homes[me.data.audience] as never} replace />
  return (
    <>
      <PageHeader title={brand().tagline[lang]} lead={t('welcome.lead')} />
      <ul className={styles.ways}>
        <Way to="/enter" search={{ by: 'code' }} icon="ticket" title={t('welcome.code')} hint={t('welcome.code.hint')} />
        <Way to="/enter" search={{ by: 'email' }} icon="mail" title={t('welcome.email')} hint={t('welcome.email.hint')} />
      </ul>
      <p className={styles.signIn}><Link to={'/sign-in' as never}>{t('welcome.signIn')}</Link></p>
      <details className={styles.promise}>
        <summary><Icon name="lock" size={20} />{t('welcome.promise')}<span className={styles.mark}><Icon name="down" size={20} /></span></summary>
        <p>{t('welcome.promise.text')}</p>
      </details>
    </>
  )
}

function Way({ to, search, icon, title, hint }: { to: string; search: Record<string, string>; icon: 'ticket' | 'mail'; title: string; hint: string }) {
  return (
    <li>
      <Link to={to as never} search={search as never} className={styles.way}>
        <span className={styles.icon}><Icon name={icon} /></span>
        <span className={styles.words}>
          <span className={styles.title}>{title}</span>
          <span className={styles.hint}>{hint}</span>
        </span>
        <Icon name="forward" size={20} />
      </Link>
    </li>
  )
}
