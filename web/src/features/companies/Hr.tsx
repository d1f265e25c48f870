import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, idempotent, useCommand, type components } from '~/api'
import { aboutInvited } from '~/api/field'
import { langNames, useLang, useT, type Lang } from '~/i18n'
import { useIsKeycloak } from '~/shell/keycloak'
import { Button, Chip, Confirm, Dialog, EmptyState, Form, List, ListItem, Loaded, Menu, Muted, RadioGroup, Row, Section, Stack, TextField, toast, useForm, useProblemText, When } from '~/ui'
import { hrQuery, type Company } from './queries'

type View = components['schemas']['HrView']
type Manager = components['schemas']['HrManager']
type Invitation = components['schemas']['SentInvitation']

/** Every command answers with the whole of it. */
function usePut(company: Company): (view: View) => void {
  const queryClient = useQueryClient()
  return (view) => { queryClient.setQueryData(hrQuery(company.id).queryKey, view) }
}

/** Who of the company keeps its roster and codes here. */
export default function Hr({ company }: { company: Company }) {
  const t = useT()
  const query = useQuery(hrQuery(company.id))
  const [isInviting, setInviting] = useState(false)
  const invite = !company.is_archived && <Button icon="plus" onPress={() => { setInviting(true) }}>{t('companies.hr.invite')}</Button>
  return (
    <Stack gap={5}>
      <Muted>{t('companies.hr.text')}</Muted>
      <Loaded
        query={query}
        empty={({ managers, invitations }) => managers.length === 0 && invitations.length === 0 && (
          <EmptyState icon="companies" title={t('companies.hr.none')} action={invite}><p>{t('companies.hr.none.text')}</p></EmptyState>
        )}
      >
        {({ managers, invitations }) => (
          <Stack gap={6}>
            {invite && <Row>{invite}</Row>}
            {managers.length > 0 && <Managers company={company} managers={managers} />}
            <Invitations company={company} invitations={invitations.filter(({ state }) => state === 'open' || state === 'expired')} />
          </Stack>
        )}
      </Loaded>
      <Dialog title={t('companies.hr.invite.title')} isOpen={isInviting} onClose={() => { setInviting(false) }}>
        <InviteForm company={company} onDone={() => { setInviting(false) }} />
      </Dialog>
    </Stack>
  )
}

function Managers({ company, managers }: { company: Company; managers: readonly Manager[] }) {
  const t = useT()
  const put = usePut(company)
  const isKeycloak = useIsKeycloak()
  const [asked, setAsked] = useState<{ what: 'end' | 'reset'; who: Manager }>()
  const end = useCommand((id: string, key) => data(api.POST('/api/operator/hr/{id}/deactivate', { params: { path: { id } }, headers: idempotent(key) })), { onSuccess: put })
  const reset = useCommand((id: string, key) => data(api.POST('/api/people/{id}/reset-factors', { params: { path: { id } }, headers: idempotent(key) })), {
    onSuccess: () => { toast(t('companies.hr.reset.done')) },
  })
  return (
    <Section title={t('companies.hr.managers')}>
      <List label={t('companies.hr.managers')}>
        {managers.map((who) => (
          <ListItem
            key={who.id} title={who.display_name}
            text={who.deactivated_at == null ? <>{t('companies.hr.since')} <When at={who.since} show="date" /></> : <>{t('companies.hr.ended')} <When at={who.deactivated_at} show="date" /></>}
            trailing={who.deactivated_at == null && (
              <Menu
                label={t('companies.more', { name: who.display_name })}
                items={[
                  { id: 'reset', label: t('companies.hr.reset'), icon: 'key', onAction: () => { setAsked({ what: 'reset', who }) } },
                  { id: 'end', label: t('companies.hr.end'), icon: 'close', isDanger: true, onAction: () => { setAsked({ what: 'end', who }) } },
                ]}
              />
            )}
          />
        ))}
      </List>
      <Confirm
        title={asked ? t(`companies.hr.${asked.what}.title`, { name: asked.who.display_name }) : ''} confirm={t(`companies.hr.${asked?.what ?? 'end'}`)} isDanger
        isOpen={asked !== undefined} onClose={() => { setAsked(undefined) }}
        onConfirm={() => asked && (asked.what === 'end' ? end : reset).mutateAsync(asked.who.id)}
      >
        <p>{t(asked?.what === 'reset' && isKeycloak ? 'companies.hr.reset.keycloak' : `companies.hr.${asked?.what ?? 'end'}.text`)}</p>
      </Confirm>
    </Section>
  )
}

function Invitations({ company, invitations }: { company: Company; invitations: readonly Invitation[] }) {
  const t = useT()
  const text = useProblemText()
  const put = usePut(company)
  const queryClient = useQueryClient()
  const [revoked, setRevoked] = useState<Invitation>()
  const resend = useCommand(({ id }: Invitation, key) => data(api.POST('/api/operator/hr-invitations/{id}/resend', { params: { path: { id } }, headers: idempotent(key) })), {
    onSuccess: (view, { email, name }) => {
      put(view)
      toast(t('companies.hr.sent', { email: email ?? name }))
    },
    onError: (problem) => { toast(text(problem)) },
  })
  const revoke = useCommand((id: string, key) => data(api.DELETE('/api/operator/hr-invitations/{id}', { params: { path: { id } }, headers: idempotent(key) })), { onSuccess: put })
  if (invitations.length === 0) return null
  return (
    <Section title={t('companies.hr.invitations')}>
      <List label={t('companies.hr.invitations')}>
        {invitations.map((one) => (
          <ListItem
            key={one.id} title={one.name}
            text={<>{one.email}{' · '}{one.state === 'open' ? <>{t('companies.hr.until')} <When at={one.expires_at} show="date" /></> : <Chip tone="notice" icon="time">{t('companies.hr.expired')}</Chip>}</>}
            trailing={(
              <Menu
                label={t('companies.more', { name: one.name })}
                items={[
                  { id: 'resend', label: t('companies.hr.resend'), icon: 'send', onAction: () => { resend.mutate(one) } },
                  { id: 'revoke', label: t('companies.hr.revoke'), icon: 'close', isDanger: true, onAction: () => { setRevoked(one) } },
                ]}
              />
            )}
          />
        ))}
      </List>
      <Confirm
        title={t('companies.hr.revoke.title', { name: revoked?.name ?? '' })} confirm={t('companies.hr.revoke')} isDanger isOpen={revoked !== undefined}
        onClose={() => {
          setRevoked(undefined)
          // Refused, because it was accepted meanwhile: then the list is old.
          if (revoke.isError) void queryClient.invalidateQueries({ queryKey: hrQuery(company.id).queryKey })
        }}
        onConfirm={() => revoked && revoke.mutateAsync(revoked.id)}
      >
        <p>{t('companies.hr.revoke.text')}</p>
      </Confirm>
    </Section>
  )
}

function InviteForm({ company, onDone }: { company: Company; onDone: () => void }) {
  const t = useT()
  const lang = useLang()
  const put = usePut(company)
  const form = useForm<{ email: string; name: string; locale: Lang }, View>({
    initial: { email: '', name: '', locale: lang },
    draft: `invite-hr-${company.id}`,
    submit: (body, key) => aboutInvited(data(api.POST('/api/operator/companies/{id}/hr-invitations', { params: { path: { id: company.id } }, body, headers: idempotent(key) }))),
    onDone: (view, { email }) => {
      put(view)
      toast(t('companies.hr.sent', { email }))
      form.reset()
      onDone()
    },
  })
  return (
    <Form form={form} submit={t('companies.hr.send')}>
      <TextField label={t('companies.hr.email')} hint={t('companies.hr.email.hint')} type="email" inputMode="email" autoComplete="off" spellCheck="false" maxLength={254} {...form.field('email')} />
      <TextField label={t('companies.hr.name')} hint={t('companies.hr.name.hint')} autoComplete="off" maxLength={80} {...form.field('name')} />
      <RadioGroup label={t('companies.hr.language')} options={(Object.keys(langNames) as Lang[]).map((id) => ({ id, label: langNames[id] }))} {...form.field('locale')} />
    </Form>
  )
}
