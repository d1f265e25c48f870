// The waiting list: what one waits for, and what is offered now.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { lastDay, useFormat } from '~/i18n/format'
import { Button, Card, Confirm, Countdown, LinkButton, Loaded, Muted, Row, Section, Stack, When, toast } from '~/ui'
import { waitingQuery, type Waiting } from './queries'
import { conditionsOf, formatOf } from './words'

export function WaitingPlaces() {
  const t = useT()
  const query = useQuery(waitingQuery)
  return (
    <Section title={t('sessions.waiting')}>
      <Loaded query={query} empty={({ items }) => items.length === 0 && <Muted>{t('sessions.waiting.none')}</Muted>}>
        {({ items }) => <Stack gap={3}>{items.map((place) => <Place key={place.id} place={place} />)}</Stack>}
      </Loaded>
    </Section>
  )
}

function Place({ place }: { place: Waiting }) {
  const t = useT()
  const format = useFormat()
  const queryClient = useQueryClient()
  const [isLeaving, setLeaving] = useState(false)
  const leave = useCommand((id: string, key) => data(api.DELETE('/api/waiting/{id}', { params: { path: { id } }, headers: idempotent(key) })), {
    onSuccess: () => {
      toast(t('sessions.waiting.left'))
      void queryClient.invalidateQueries({ queryKey: ['booking'] })
    },
  })
  const { offer } = place
  const name = place.specialist_name ?? t('sessions.waiting.anyone')
  const how = formatOf(place.format)
  const { part, gender, language } = conditionsOf(place)
  const conditions = [part && t(`sessions.waiting.time.${part}`), gender && t(`sessions.waiting.gender.${gender}`), language && t(`sessions.waiting.language.${language}`)]
  return (
    <Card as="article" label={name}>
      <Stack gap={3}>
        <h3>{name}</h3>
        <Muted>{[place.category_name, how && t(`sessions.format.${how}`), format.duration(place.length_min), ...conditions, t('sessions.waiting.until', { until: format.civilDay(lastDay(place.before, format.zone)) })].filter(Boolean).join(' · ')}</Muted>
        {offer && (
          <>
            <p>{t('sessions.waiting.offer')} <When at={offer.starts_at} show="momentInText" /></p>
            <Muted small><Countdown until={offer.expires_at} ended={t('sessions.hold.over')} /></Muted>
          </>
        )}
        <Row>
          {offer && <LinkButton variant="primary" to="/sessions/$id" params={{ id: offer.appointment_id }}>{t('sessions.waiting.look')}</LinkButton>}
          <Button variant="quiet" onPress={() => { setLeaving(true) }}>{t('sessions.waiting.leave')}</Button>
        </Row>
      </Stack>
      <Confirm title={t('sessions.waiting.leave')} confirm={t('sessions.waiting.leave.confirm')} isOpen={isLeaving} onClose={() => { setLeaving(false) }} onConfirm={() => leave.mutateAsync(place.id)}>
        <p>{offer ? t('sessions.waiting.leave.offer') : t('sessions.waiting.leave.text')}</p>
      </Confirm>
    </Card>
  )
}
