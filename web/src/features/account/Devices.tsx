import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, idempotent } from '~/api'
import { useT } from '~/i18n'
import { Button, Chip, Confirm, Icon, List, ListItem, ListSkeleton, Loaded, Muted, Row, Stack, toast, When } from '~/ui'
import { sessionsQuery, useKeep, type Session } from './queries'

const shown = ['email', 'passkey', 'totp', 'recovery', 'access_code', 'invitation', 'demo'] as const
type Shown = (typeof shown)[number]
const isShown = (name: string): name is Shown => (shown as readonly string[]).includes(name)

/** Where one is signed in, and ending it there: from the next request on nothing opens. */
export function Devices() {
  const t = useT()
  const keep = useKeep()
  const query = useQuery(sessionsQuery)
  const [ending, setEnding] = useState<Session>()
  const [isEndingAll, setEndingAll] = useState(false)
  const nameOf = (session: Session | undefined) => session?.device || t('account.devices.unknown')
  const end = async () => {
    if (!ending) return
    const path = { id: ending.id }
    keep.sessions(await data(api.DELETE('/api/me/sessions/{id}', { params: { path }, headers: idempotent(crypto.randomUUID()) })))
    toast(t('account.devices.ended'))
  }
  const endAll = async () => {
    keep.sessions(await data(api.POST('/api/me/sessions/end-others', { headers: idempotent(crypto.randomUUID()) })))
    toast(t('account.devices.endedAll'))
  }
  // A sign-in at Keycloak names none.
  const shownBy = (factors: readonly string[]) => {
    const names = factors.filter(isShown).map((name) => t(`account.shown.${name}`))
    return names.length === 0 ? '' : `${names.join(', ')} · `
  }
  return (
    <Loaded query={query} skeleton={<ListSkeleton rows={2} />}>
      {(sessions) => (
        <Stack gap={3}>
          <Muted>{t('account.devices.about')}</Muted>
          <List label={t('account.devices')}>
            {sessions.map((session) => (
              <ListItem
                key={session.id} leading={<Icon name="globe" />} title={nameOf(session)}
                text={<>{shownBy(session.factors)}<When at={session.seen_at} /></>}
                trailing={session.is_current
                  ? <Chip tone="accent">{t('account.devices.this')}</Chip>
                  : <Button variant="quiet" onPress={() => { setEnding(session) }} aria-label={t('account.devices.end.of', { device: nameOf(session) })}>{t('account.devices.end')}</Button>}
              />
            ))}
          </List>
          {sessions.length > 1 && <Row><Button onPress={() => { setEndingAll(true) }}>{t('account.devices.endAll')}</Button></Row>}
          <Confirm title={t('account.devices.end.title')} confirm={t('account.devices.end')} isOpen={ending !== undefined} onClose={() => { setEnding(undefined) }} onConfirm={end}>
            <p>{t('account.devices.end.lead', { device: nameOf(ending) })}</p>
          </Confirm>
          <Confirm title={t('account.devices.endAll')} confirm={t('account.devices.endAll.confirm')} isOpen={isEndingAll} onClose={() => { setEndingAll(false) }} onConfirm={endAll}>
            <p>{t('account.devices.endAll.lead')}</p>
          </Confirm>
        </Stack>
      )}
    </Loaded>
  )
}
