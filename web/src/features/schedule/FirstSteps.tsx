import { useQuery } from '@tanstack/react-query'
import { useT } from '~/i18n'
import { Banner, LinkButton, Stack } from '~/ui'
import { cardQuery, settingsQuery } from './queries'

/** What keeps people from finding the specialist: a card that is not shown, a week without hours. Nothing, when nothing does. */
export function FirstSteps() {
  const t = useT()
  const card = useQuery(cardQuery).data
  const settings = useQuery(settingsQuery).data
  if (!card || !settings) return null
  const isShown = card.status === 'published' || card.status === 'submitted'
  const step = card.status === 'paused' ? 'paused' : 'draft'
  const hasHours = settings.rules.length > 0
  if (isShown && hasHours) return null
  return (
    <Stack gap={3}>
      {!isShown && (
        <Banner tone="notice" title={t(step === 'draft' && card.review_note ? 'schedule.first.returned' : `schedule.first.${step}`)} actions={<LinkButton to="/work/profile">{t('schedule.first.openCard')}</LinkButton>}>
          {card.review_note ?? t(`schedule.first.${step}.text`)}
        </Banner>
      )}
      {!hasHours && (
        <Banner tone="notice" title={t('schedule.first.hours')} actions={<LinkButton to="/work/calendar" search={{ view: 'hours' }}>{t('schedule.first.setHours')}</LinkButton>}>
          {t('schedule.first.hours.text')}
        </Banner>
      )}
    </Stack>
  )
}
