import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button, Card, Confirm, CopyField, Form, Loaded, Muted, Row, Section, Stack, TextField, toast, useForm, useProblemText } from '~/ui'
import { calendarsQuery, scheduleKey } from './queries'

/** Calendars out (one's own feed) and in (others that block time). */
export function CalendarsView() {
  const t = useT()
  const format = useFormat()
  const text = useProblemText()
  const client = useQueryClient()
  const query = useQuery(calendarsQuery)
  const refresh = () => client.invalidateQueries({ queryKey: scheduleKey })
  const [address, setAddress] = useState<string>()
  const [removing, setRemoving] = useState<{ id: string; label: string }>()
  const [renewing, setRenewing] = useState(false)
  const [revoking, setRevoking] = useState(false)
  const make = useCommand((_: null, key) => data(api.POST('/api/schedule/subscription', { headers: idempotent(key) })), { onSuccess: (made) => { setAddress(made.url); void refresh() } })
  const again = useCommand((id: string, key) => data(api.POST('/api/schedule/busy-feeds/{id}/fetch', { params: { path: { id } }, headers: idempotent(key) })), { onSettled: () => { void refresh() } })
  const form = useForm({
    initial: { label: '', url: '' },
    submit: (values, key) => data(api.POST('/api/schedule/busy-feeds', { body: values, headers: idempotent(key) })),
    onDone: () => { form.reset(); toast(t('schedule.feeds.added')); void refresh() },
  })
  return (
    <Loaded query={query}>
      {(calendars) => (
        <Stack gap={6}>
          <Section title={t('schedule.subscription')}>
            <Muted>{t('schedule.subscription.lead')}</Muted>
            {address !== undefined && <CopyField label={t('schedule.subscription.address')} hint={t('schedule.subscription.once')} value={address} />}
            {make.error && <Banner tone="danger" announce>{text(make.error)}</Banner>}
            {calendars.subscription && <Muted small>{calendars.subscription.read_at ? t('schedule.subscription.read', { at: format.stamp(calendars.subscription.read_at) }) : t('schedule.subscription.unread')}</Muted>}
            <Row>
              <Button icon="link" isPending={make.isPending} onPress={() => { if (calendars.subscription) setRenewing(true); else make.mutate(null) }}>{calendars.subscription ? t('schedule.subscription.renew') : t('schedule.subscription.make')}</Button>
              {calendars.subscription && <Button variant="quiet" onPress={() => { setRevoking(true) }}>{t('schedule.subscription.revoke')}</Button>}
            </Row>
          </Section>
          <Section title={t('schedule.feeds')}>
            <Muted>{t('schedule.feeds.lead')}</Muted>
            {calendars.busy_feeds.map((feed) => (
              <Card key={feed.id} as="section" label={feed.label}>
                <Stack gap={2}>
                  <h3>{feed.label}</h3>
                  {feed.fetched_at && <Muted small>{t('schedule.feeds.fetched', { at: format.stamp(feed.fetched_at) })}</Muted>}
                  {feed.problem && <Banner tone="notice">{feed.problem.text} {t('schedule.feeds.kept')}</Banner>}
                  <Row>
                    <Button icon="refresh" isPending={again.isPending && again.variables === feed.id} onPress={() => { again.mutate(feed.id) }}>{t('schedule.feeds.again')}</Button>
                    <Button variant="quiet" icon="trash" onPress={() => { setRemoving(feed) }}>{t('schedule.feeds.remove')}</Button>
                  </Row>
                </Stack>
              </Card>
            ))}
            <Card tone="outline">
              <Form form={form} submit={t('schedule.feeds.add')}>
                <TextField label={t('schedule.feeds.label')} maxLength={80} autoComplete="off" {...form.field('label')} />
                <TextField label={t('schedule.feeds.url')} hint={t('schedule.feeds.url.hint')} type="url" inputMode="url" maxLength={2048} autoComplete="off" spellCheck="false" {...form.field('url')} />
              </Form>
            </Card>
          </Section>
          <Confirm
            title={t('schedule.subscription.renew')} confirm={t('schedule.subscription.renew')} isOpen={renewing} onClose={() => { setRenewing(false) }}
            onConfirm={async () => { await make.mutateAsync(null) }}
          >
            {t('schedule.subscription.renew.lead')}
          </Confirm>
          <Confirm
            title={t('schedule.subscription.revoke')} confirm={t('schedule.subscription.revoke')} isOpen={revoking} onClose={() => { setRevoking(false) }}
            onConfirm={async () => { await data(api.DELETE('/api/schedule/subscription', { headers: idempotent(crypto.randomUUID()) })); setAddress(undefined); await refresh() }}
          >
            {t('schedule.subscription.revoke.lead')}
          </Confirm>
          <Confirm
            title={t('schedule.feeds.remove')} confirm={t('schedule.feeds.remove')} isOpen={removing !== undefined} onClose={() => { setRemoving(undefined) }}
            onConfirm={async () => { if (removing) await data(api.DELETE('/api/schedule/busy-feeds/{id}', { params: { path: { id: removing.id } }, headers: idempotent(crypto.randomUUID()) })); await refresh() }}
          >
            {t('schedule.feeds.remove.lead', { label: removing?.label ?? '' })}
          </Confirm>
        </Stack>
      )}
    </Loaded>
  )
}
