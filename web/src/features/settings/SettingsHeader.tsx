import { usePerson } from '~/api'
import { useT } from '~/i18n'
import { PageHeader, TabLinks } from '~/ui'
import { maySeeStaff } from './queries'

/** The parts of the settings; who sees only one of them needs no choice. */
export function SettingsHeader() {
  const t = useT()
  const person = usePerson()
  return (
    <div>
      <PageHeader title={t('settings.title')} />
      {maySeeStaff(person) && (
        <TabLinks label={t('settings.title')} items={[{ to: '/desk/settings', label: t('settings.phones') }, { to: '/desk/settings/staff', label: t('settings.staff') }]} />
      )}
    </div>
  )
}
