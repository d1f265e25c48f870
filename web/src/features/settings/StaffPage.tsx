import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { usePerson, type Loader } from '~/api'
import { useT } from '~/i18n'
import { Button, Disclosure, EmptyState, Loaded, Muted, Section, Stack } from '~/ui'
import { Invitations } from './Invitations'
import { InviteDialog } from './InviteDialog'
import { invitationsQuery, isAdmin, staffQuery } from './queries'
import { SettingsHeader } from './SettingsHeader'
import { StaffTable } from './StaffTable'

export const loader: Loader = ({ queryClient }) => Promise.all([queryClient.query(staffQuery), queryClient.query(invitationsQuery)])

/** The operator's people: who there is, what they may do, who is invited. An auditor reads it. */
export default function StaffPage() {
  const t = useT()
  const staff = useQuery(staffQuery)
  const invitations = useQuery(invitationsQuery)
  const mayChange = isAdmin(usePerson())
  const [isInviting, setInviting] = useState(false)
  return (
    <Stack gap={6}>
      <SettingsHeader />
      <Section title={t('settings.staff')} actions={mayChange && <Button variant="primary" icon="plus" onPress={() => { setInviting(true) }}>{t('settings.invite')}</Button>}>
        {!mayChange && <Muted>{t('settings.staff.readOnly')}</Muted>}
        <Loaded query={staff}>
          {(members) => {
            const gone = members.filter((one) => one.deactivated_at)
            return (
              <Stack gap={4}>
                <StaffTable label={t('settings.staff')} members={members.filter((one) => !one.deactivated_at)} mayChange={mayChange} />
                {gone.length > 0 && <Disclosure title={t('settings.staff.former', { count: gone.length })}><StaffTable label={t('settings.staff.formerLabel')} members={gone} mayChange={false} /></Disclosure>}
              </Stack>
            )
          }}
        </Loaded>
      </Section>
      <Section title={t('settings.invitations')}>
        <Loaded query={invitations} empty={(all) => all.length === 0 && <EmptyState icon="mail" title={t('settings.invitations.none')} />}>
          {(all) => <Invitations invitations={all} mayChange={mayChange} />}
        </Loaded>
      </Section>
      {mayChange && <InviteDialog isOpen={isInviting} onClose={() => { setInviting(false) }} />}
    </Stack>
  )
}
