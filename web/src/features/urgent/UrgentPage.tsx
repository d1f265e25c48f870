import { useQuery } from '@tanstack/react-query'
import type { Loader } from '~/api'
import { useLang, useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { AnchorButton, Card, Muted, PageHeader, Section, Stack } from '~/ui'
import { dial, urgentHelpQuery } from './help'
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
        <ul className={styles.lines}>
          {data?.lines.map((line, index) => (
            <Card key={line.id} as="li" tone={index === 0 ? 'accent' : 'surface'}>
              <div className={styles.line}>
                <div>
                  <h2 className={styles.name}>{line.name[lang]}</h2>
                  <p className={styles.about}>{line.about[lang]}{line.short !== undefined && `. ${t('urgent.alsoFrom', { number: line.short })}`}</p>
                </div>
                <AnchorButton href={dial(line.number)} icon="phone" variant={index === 0 ? 'primary' : 'secondary'} aria-label={`${t('urgent.call', { number: line.number })}. ${line.name[lang]}`}>
                  <span className={styles.number}>{line.number}</span>
                </AnchorButton>
              </div>
            </Card>
          ))}
        </ul>
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
