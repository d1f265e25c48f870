import { useQuery } from '@tanstack/react-query'
import type { Loader } from '~/api'
import { useLang, useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { HelpLines, Muted, PageHeader, Section, Stack } from '~/ui'
import { urgentHelpQuery } from './help'
import styles from './UrgentPage.module.css'

/** Nothing jumps when the numbers come: they are there before the page is. */
export const loader: Loader = ({ queryClient }) => queryClient.query(urgentHelpQuery).catch(() => undefined)

/** Works signed out and offline; nothing about its opening is sent or stored. */
export default function UrgentPage() {
  const t = useT()
  const lang = useLang()
  const format = useFormat()
  const { data } = useQuery(urgentHelpQuery)
  return (
    <>
      <PageHeader title={t('urgent.title')} lead={t('urgent.lead')} />
      <Stack gap={5}>
        <div className={styles.lines}>{data && <HelpLines lines={data.lines} lang={lang} />}</div>
        {data?.lines.length === 0 && <p>{t('urgent.empty')}</p>}
        <Section title={t('urgent.breathe.title')}>
          <p>{t('urgent.breathe.text')}</p>
        </Section>
        <Muted small>
          {data && <>{t('urgent.checked', { date: format.civilDate(data.verified_on) })}<br /></>}
          {t('urgent.works')} {t('urgent.private')}
        </Muted>
      </Stack>
    </>
  )
}
