// Who did what with one's record: an employee's, or a specialist's card.
import { useQuery } from '@tanstack/react-query'
import { useT } from '~/i18n'
import { EmptyState, List, ListItem, ListSkeleton, Loaded, When } from '~/ui'
import { recordQuery } from './queries'

const known = [
  'booking_search', 'booking_read', 'booking_offer', 'booking_release', 'booking_move', 'booking_cancel', 'booking_give_back',
  'sessions_extend', 'sessions_end', 'sessions_close', 'clients_read', 'notes_read', 'notes_write', 'safety_read', 'safety_take', 'safety_contact', 'safety_contact_none', 'safety_close',
  'catalogue_read_card', 'catalogue_read_document', 'catalogue_publish_card', 'catalogue_return_card', 'catalogue_pause_card',
  'catalogue_verify_education', 'catalogue_reject_education', 'chat_open', 'chat_send', 'identity_reset_factors', 'identity_capabilities',
  'identity_sessions_ended', 'identity_password_set', 'identity_left_company_sign_in', 'identity_deactivate',
] as const
type Known = (typeof known)[number]
/** The act's name as a message's. */
const nameOf = (action: string) => action.replace('.', '_')
const isKnown = (name: string): name is Known => (known as readonly string[]).includes(name)
const actors = ['specialist', 'staff', 'system'] as const
type Actor = (typeof actors)[number]
const actorOf = (name: string): Actor => ((actors as readonly string[]).includes(name) ? (name as Actor) : 'system')

export function Record() {
  const t = useT()
  const query = useQuery(recordQuery)
  return (
    <Loaded query={query} skeleton={<ListSkeleton />} empty={({ acts }) => acts.length === 0 && <EmptyState icon="eye" title={t('consents.record.none')} />}>
      {({ acts }) => (
        <List label={t('consents.record.title')}>
          {acts.map((one) => ({ ...one, act: nameOf(one.action) })).map(({ at, action, act, name, actor }) => (
            <ListItem key={`${at} ${action}`} title={isKnown(act) ? t(`consents.act.${act}`) : t('consents.act.other')}
              text={<>{name ?? t(`consents.actor.${actorOf(actor)}`)} · <When at={at} /></>} />
          ))}
        </List>
      )}
    </Loaded>
  )
}
