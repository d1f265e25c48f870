import { useT } from '~/i18n'
import { chooseTheme, useTheme, type Theme } from '~/shell/theme'
import { Select } from '~/ui'

const themes: readonly Theme[] = ['system', 'light', 'dark']

/** Light or dark: the device's, not the account's. */
export function Look() {
  const t = useT()
  const theme = useTheme()
  return (
    <Select
      label={t('account.theme')} hint={t('account.theme.hint')} value={theme} onChange={chooseTheme}
      options={themes.map((id) => ({ id, label: t(`account.theme.${id}`) }))}
    />
  )
}
