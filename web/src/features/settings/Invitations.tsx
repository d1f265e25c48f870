import { useState } from 'react'
import { api, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { Chip, Confirm, Disclosure, Menu, Muted, Stack, Table, toast, useProblemText, When, type Column } from '~/ui'
import { usePut, type Invitation } from './queries'
import { Capabilities } from './StaffTable'

/** Those that wait first; what became of the others is folded. */
export function Invitations({ invitations, mayChange }: { invitations: readonly Invitation[]; mayChange: boolean }) {
  const t = useT()
  const waiting = invitations.filter((one) => one.state === 'open' || one.state === 'expired')
  const over = invitations.filter((one) => one.state === 'accepted' || one.state === 'revoked')
  return (
    <Stack gap={4}>
      {waiting.length === 0 ? <Muted>{t('settings.invitations.noneOpen')}</Muted> : <InvitationTable label={t('settings.invitations')} invitations={waiting} mayChange={mayChange} />}
      {over.length > 0 && (
        <Disclosure title={t('settings.invitations.over', { count: over.length })}>
          <InvitationTable label={t('settings.invitations.overLabel')} invitations={over} mayChange={false} />
        </Disclosure>
      )}
    </Stack>
  )
}

function InvitationTable({ label, invitations, mayChange }: { label: string; invitations: readonly Invitation[]; mayChange: boolean }) {
  const t = useT()
  const text = useProblemText()
  const put = usePut()
  const [revoked, setRevoked] = useState<Invitation>()
  const resend = useCommand(({ id }: Invitation, key) => data(api.POST('/api/staff-invitations/{id}/resend', { params: { path: { id } }, headers: idempotent(key) })), {
    onSuccess: (all, { email, name }) => {
      put.invitations(all)
      toast(t('settings.invite.sent', { email: email ?? name }))
    },
    onError: (problem) => { toast(text(problem)) },
  })
  const revoke = useCommand((id: string, key) => data(api.DELETE('/api/staff-invitations/{id}', { params: { path: { id } }, headers: idempotent(key) })), { onSuccess: put.invitations })
  const close = () => {
    setRevoked(undefined)
    if (revoke.isError) put.staleInvitations()
  }
  const columns: Column<Invitation>[] = [
    { id: 'name', header: t('settings.staff.name'), isRowHeader: true, cell: (one) => <>{one.name}<Muted small>{one.email}</Muted></> },
    { id: 'capabilities', header: t('settings.capabilities'), cell: (one) => <Capabilities names={one.capabilities} /> },
    { id: 'state', header: t('settings.invitations.state'), cell: (one) => <State invitation={one} /> },
    ...(mayChange
      ? [{
          id: 'more', header: t('settings.staff.acts'), align: 'end' as const,
          cell: (one: Invitation) => (
            <Menu
              label={t('settings.staff.more', { name: one.name })}
              items={[
                { id: 'resend', label: t('settings.resend'), icon: 'send', onAction: () => { resend.mutate(one) } },
                { id: 'revoke', label: t('settings.revoke'), icon: 'close', isDanger: true, onAction: () => { setRevoked(one) } },
              ]}
            />
          ),
        }]
      : []),
  ]
  return (
    <>
      <Table label={label} columns={columns} rows={invitations} rowKey={(one) => one.id} />
      <Confirm
        title={revoked ? t('settings.revoke.title', { name: revoked.name }) : ''} confirm={t('settings.revoke')} isDanger isOpen={revoked !== undefined} onClose={close}
        onConfirm={() => revoked && revoke.mutateAsync(revoked.id)}
      >
        <p>{t('settings.revoke.text')}</p>
      </Confirm>
    </>
  )
}

function State({ invitation }: { invitation: Invitation }) {
  const t = useT()
  if (invitation.state === 'accepted') return <Chip tone="positive" icon="check">{t('settings.invitations.accepted')}</Chip>
  if (invitation.state === 'revoked') return <Chip>{t('settings.invitations.revoked')}</Chip>
  if (invitation.state === 'expired') return <Chip tone="notice" icon="time">{t('settings.invitations.expired')}</Chip>
  return <>{t('settings.invitations.until')} <When at={invitation.expires_at} show="stamp" /></>
}
