import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, idempotent, useCommand } from '~/api'
import { among } from '~/api/among'
import { useLang, useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button, Chip, Confirm, Disclosure, EmptyState, Loaded, Muted, Row, Stack, Table, toast, useProblemText, When, type ChipTone, type Column } from '~/ui'
import { InviteDialog } from './InviteDialog'
import { categoriesQuery, invitationsQuery, type Invitation } from './queries'
import { textFor } from './words'

const states = ['open', 'accepted', 'revoked', 'expired'] as const
const tones: Record<(typeof states)[number], ChipTone> = { open: 'accent', accepted: 'positive', revoked: 'neutral', expired: 'notice' }
const stateOf = ({ state }: Invitation) => among(states, state) ?? 'open'
/** What can still be accepted, or sent once more. */
const isPending = (invitation: Invitation): boolean => ['open', 'expired'].includes(stateOf(invitation))

/** Those on the way first; those that came to an end are folded. */
export function Invitations() {
  const t = useT()
  const query = useQuery(invitationsQuery)
  const [isInviting, setInviting] = useState(false)
  const invite = <Button variant="primary" icon="plus" onPress={() => { setInviting(true) }}>{t('specialists.invite')}</Button>
  return (
    <Stack gap={5}>
      <Loaded query={query} empty={(all) => all.length === 0 && <EmptyState icon="send" title={t('specialists.invitations.none')} action={invite}>{t('specialists.invitations.none.text')}</EmptyState>}>
        {(all) => {
          const [pending, past] = [all.filter(isPending), all.filter((one) => !isPending(one))]
          return (
            <Stack gap={5}>
              <Row>{invite}</Row>
              {pending.length > 0 ? <InvitationTable label={t('specialists.invitations.pending')} rows={pending} hasActions /> : <p>{t('specialists.invitations.noPending')}</p>}
              {past.length > 0 && <Disclosure title={t('specialists.invitations.past', { count: past.length })}><InvitationTable label={t('specialists.invitations.pastLabel')} rows={past} /></Disclosure>}
            </Stack>
          )
        }}
      </Loaded>
      {isInviting && <InviteDialog onClose={() => { setInviting(false) }} />}
    </Stack>
  )
}

function InvitationTable({ label, rows, hasActions = false }: { label: string; rows: readonly Invitation[]; hasActions?: boolean }) {
  const t = useT()
  const lang = useLang()
  const { data: catalogue } = useQuery(categoriesQuery)
  const nameOf = (id: string) => textFor(catalogue?.categories.find((category) => category.id === id)?.name ?? {}, lang)
  const columns: Column<Invitation>[] = [
    { id: 'name', header: t('specialists.name'), isRowHeader: true, cell: (row) => <Stack gap={1}>{row.name}<Muted small>{row.email}</Muted></Stack> },
    { id: 'categories', header: t('specialists.categories'), cell: (row) => row.category_ids.map(nameOf).filter(Boolean).join(', ') },
    { id: 'state', header: t('specialists.state'), cell: (row) => <InvitationState invitation={row} /> },
    { id: 'created', header: t('specialists.invited'), cell: (row) => <When at={row.created_at} show="stamp" /> },
    ...(hasActions ? [{ id: 'actions', header: t('specialists.actions'), cell: (row: Invitation) => <Actions invitation={row} /> }] : []),
  ]
  return <Table label={label} columns={columns} rows={rows} rowKey={(row) => row.id} />
}

function InvitationState({ invitation }: { invitation: Invitation }) {
  const t = useT()
  const format = useFormat()
  const state = stateOf(invitation)
  return (
    <Stack gap={1}>
      <div><Chip tone={tones[state]} {...(state === 'accepted' && { icon: 'check' as const })}>{t(`specialists.invitation.${state}`)}</Chip></div>
      {state === 'open' && <Muted small>{t('specialists.invitation.until', { date: format.date(invitation.expires_at) })}</Muted>}
    </Stack>
  )
}

function Actions({ invitation }: { invitation: Invitation }) {
  const t = useT()
  const text = useProblemText()
  const queryClient = useQueryClient()
  const [isAsked, ask] = useState(false)
  const take = (all: Invitation[]) => { queryClient.setQueryData(invitationsQuery.queryKey, all) }
  const at = (id: string, key: string) => ({ params: { path: { id } }, headers: idempotent(key) })
  const resend = useCommand((id: string, key) => data(api.POST('/api/specialist-invitations/{id}/resend', at(id, key))), {
    onSuccess: (all) => {
      take(all)
      toast(t('specialists.resent'))
    },
  })
  const revoke = useCommand((id: string, key) => data(api.DELETE('/api/specialist-invitations/{id}', at(id, key))), { onSuccess: take })
  const close = () => {
    ask(false)
    // Refused, because it was accepted or withdrawn meanwhile: once that is read, the list shows it.
    if (revoke.isError) void queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey })
  }
  return (
    <Stack gap={1}>
      <Row gap={1}>
        <Button variant="quiet" icon="send" isPending={resend.isPending} onPress={() => { resend.mutate(invitation.id) }}>{t('specialists.resend')}</Button>
        <Button variant="quiet" icon="close" onPress={() => { ask(true) }}>{t('specialists.revoke')}</Button>
      </Row>
      {resend.error && <Banner tone="danger" announce>{text(resend.error)}</Banner>}
      <Confirm title={t('specialists.revokeTitle', { name: invitation.name })} confirm={t('specialists.revoke')} isDanger isOpen={isAsked} onClose={close} onConfirm={() => revoke.mutateAsync(invitation.id)}>
        {t('specialists.revokeText')}
      </Confirm>
    </Stack>
  )
}
