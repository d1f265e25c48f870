import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Confirm, List, ListItem, Stack } from '~/ui'
import type { useSave } from './save'

/** "These bookings lie outside the new hours": they stay, and the person decides knowing it. */
export function TouchedQuestion({ saving }: { saving: ReturnType<typeof useSave> }) {
  const t = useT()
  const format = useFormat()
  const touched = saving.question?.touched ?? []
  return (
    <Confirm title={t('schedule.touched.title')} confirm={t('schedule.touched.save')} isOpen={saving.question !== null} onClose={saving.refuse} onConfirm={saving.agree}>
      <Stack>
        <p>{t('schedule.touched.lead', { count: touched.length })}</p>
        <List label={t('schedule.touched.title')}>
          {touched.map((booking) => <ListItem key={booking.appointment_id} title={format.moment(booking.starts_at)} text={`${booking.client_name} · ${booking.category}`} />)}
        </List>
      </Stack>
    </Confirm>
  )
}
