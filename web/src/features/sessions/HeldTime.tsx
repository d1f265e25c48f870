// A held or offered time: the conditions, then yes or no.
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { inMinutes } from '~/i18n/clock'
import { useFormat } from '~/i18n/format'
import { Banner, Button, Countdown, LinkButton, Muted, Row, Stack, toast, useProblemText, useSecondsUntil } from '~/ui'
import type { Appointment } from './queries'

export function HeldTime({ one }: { one: Appointment }) {
  const t = useT()
  const format = useFormat()
  const text = useProblemText()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const refresh = () => queryClient.invalidateQueries({ queryKey: ['booking'] })
  const expires = one.hold?.expires_at ?? one.starts_at
  const isOver = useSecondsUntil(expires) === 0
  const confirm = useCommand((id: string, key) => data(api.POST('/api/appointments/{id}/confirm', { params: { path: { id } }, headers: idempotent(key) })), {
    onSuccess: (booked) => {
      toast(t(booked.ends_waiting ? 'sessions.booked.noWait' : 'sessions.booked'))
      return refresh()
    },
  })
  const release = useCommand((id: string, key) => data(api.DELETE('/api/holds/{id}', { params: { path: { id } }, headers: idempotent(key) })), {
    onSuccess: () => {
      void refresh()
      return navigate({ to: '/sessions' })
    },
  })
  const missing = confirm.error?.code === 'consents_missing' || (one.hold?.consents_missing.length ?? 0) > 0
  if (isOver || confirm.error?.code === 'hold_expired') {
    return (
      <Banner tone="notice" announce actions={<LinkButton variant="primary" to="/find/$id" params={{ id: one.specialist.id }} search={{ category: one.category.id }}>{t('sessions.otherTimes')}</LinkButton>}>
        {t('sessions.hold.over')}
      </Banner>
    )
  }
  const problem = missing ? release.error : (confirm.error ?? release.error)
  return (
    <Stack>
      {one.policy && <Banner>{one.policy.grace_min ? t('sessions.rule.grace', { until: format.time(inMinutes(one.policy.grace_min, one.starts_at)) }) : t('sessions.rule', { until: format.momentInText(one.policy.free_until) })}</Banner>}
      <Muted><Countdown until={expires} /></Muted>
      {missing && (
        <Banner tone="private" title={t('sessions.consents')} actions={<LinkButton variant="primary" to="/consents" search={{ next: `/sessions/${one.id}` }}>{t('sessions.consents.open')}</LinkButton>}>
          {t('sessions.consents.text')}
        </Banner>
      )}
      {problem && <Banner tone="notice" announce>{text(problem)}</Banner>}
      <Row>
        {!missing && <Button variant="primary" isPending={confirm.isPending} onPress={() => { confirm.mutate(one.id) }}>{t('sessions.confirm')}</Button>}
        <Button isPending={release.isPending} onPress={() => { release.mutate(one.id) }}>{t('sessions.giveBack')}</Button>
      </Row>
    </Stack>
  )
}
