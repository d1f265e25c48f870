import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { usePerson, type Loader } from '~/api'
import { langNames, useLang, useT, type Lang } from '~/i18n'
import { nowMs } from '~/i18n/clock'
import { civilDateOf, useFormat } from '~/i18n/format'
import { Banner, FilterChips, HelpLines, Loaded, Muted, Section, Stack } from '~/ui'
import { CHECK_DAYS, daysSince } from './phones'
import { PhonesForm } from './PhonesForm'
import { isAdmin, phonesQuery, type UrgentHelp } from './queries'
import { SettingsHeader } from './SettingsHeader'

export const loader: Loader = ({ queryClient }) => queryClient.query(phonesQuery)

/** The phones for urgent help: everybody sees them, the administrator keeps them right. */
export default function SettingsPage() {
  const query = useQuery(phonesQuery)
  const mayEdit = isAdmin(usePerson())
  return (
    <Stack gap={5}>
      <SettingsHeader />
      <Loaded query={query}>{(help) => (mayEdit ? <Editing help={help} /> : <Reading help={help} />)}</Loaded>
    </Stack>
  )
}

/** The last check, and whether it is too long ago. */
function Checked({ help }: { help: UrgentHelp }) {
  const t = useT()
  const format = useFormat()
  const days = daysSince(help.verified_on, civilDateOf(new Date(nowMs()), format.zone))
  const date = format.civilDate(help.verified_on)
  if (days <= CHECK_DAYS) return <Muted>{t('settings.phones.checked', { date })}</Muted>
  return <Banner tone="notice" title={t('settings.phones.old', { count: days })}>{t('settings.phones.oldText', { date, count: CHECK_DAYS })}</Banner>
}

function Editing({ help }: { help: UrgentHelp }) {
  const t = useT()
  const queryClient = useQueryClient()
  const [readings, setReadings] = useState(0)
  const reload = async () => {
    await queryClient.invalidateQueries({ queryKey: phonesQuery.queryKey })
    setReadings((n) => n + 1)
  }
  return (
    <Section title={t('settings.phones')}>
      <Muted>{t('settings.phones.lead')}</Muted>
      <Checked help={help} />
      <PhonesForm key={readings} help={help} onReload={() => { void reload() }} />
    </Section>
  )
}

function Reading({ help }: { help: UrgentHelp }) {
  const t = useT()
  const own = useLang()
  const [lang, setLang] = useState<Lang>(own)
  return (
    <Section title={t('settings.phones')}>
      <Muted>{t('settings.phones.readOnly')}</Muted>
      <Checked help={help} />
      <FilterChips label={t('settings.phones.language')} required options={(Object.keys(langNames) as Lang[]).map((id) => ({ id, label: langNames[id] }))} value={lang} onChange={(next) => { setLang(next ?? own) }} />
      <HelpLines lines={help.lines} lang={lang} level={3} />
    </Section>
  )
}
