import { chooseLang, langNames, useLang, useT, type Lang } from '~/i18n'
import { FrameIcon } from '~/ui/FrameIcon'
import { chooseTheme, useTheme, type Theme } from './theme'
import styles from './Shell.module.css'

export function LangSwitch() {
  const t = useT()
  const lang = useLang()
  return (
    <label className={styles.preference}>
      <FrameIcon name="globe" size={20} />
      <span className={styles.hidden}>{t('shell.language')}</span>
      <select value={lang} onChange={(event) => { void chooseLang(event.target.value as Lang) }}>
        {Object.entries(langNames).map(([code, name]) => <option key={code} value={code} lang={code}>{name}</option>)}
      </select>
    </label>
  )
}

export function ThemeSwitch() {
  const t = useT()
  const theme = useTheme()
  return (
    <label className={styles.preference}>
      <FrameIcon name="theme" size={20} />
      <span className={styles.hidden}>{t('shell.theme')}</span>
      <select value={theme} onChange={(event) => { chooseTheme(event.target.value as Theme) }}>
        <option value="system">{t('shell.theme.system')}</option>
        <option value="light">{t('shell.theme.light')}</option>
        <option value="dark">{t('shell.theme.dark')}</option>
      </select>
    </label>
  )
}
