// The conditions before the tap: who, when, how, until when it can be called off for nothing, and how long the time stays held.
import { useQuery } from '@tanstack/react-query'
import { among } from '~/api/among'
import { useT } from '~/i18n'
import { inMinutes } from '~/i18n/clock'
import { useFormat } from '~/i18n/format'
import { Banner, Button, Countdown, Dialog, Facts, FilterChips, LinkButton, Muted, OwnZone, Row, Stack, TextSkeleton, When, useProblemText, useSecondsUntil } from '~/ui'
import { specialistQuery, type Alternative, type Held } from './queries'
import { formatNames } from './search'
import type { Booking } from './useBooking'

export function BookSheet({ booking }: { booking: Booking }) {
  const t = useT()
  const { wanted, held, problem, isHolding } = booking
  const isOver = useSecondsUntil(held ? expiryOf(held) : LONG_AGO) === 0
  const isAsked = held !== undefined && !isOver && !isFinal(problem?.code) && !lacksConsent(booking, held)
  return (
    <Dialog title={t('find.book.title')} isOpen={wanted !== undefined} onClose={booking.close} actions={isAsked
      ? (
          <>
            <Button variant="primary" isPending={booking.isConfirming || booking.isHolding} onPress={booking.confirm}>{t('find.book.confirm')}</Button>
            <Button onPress={booking.close}>{t('find.book.back')}</Button>
          </>
        )
      : undefined}>
      {wanted && (
        <Stack>
          {problem && <Problem booking={booking} wanted={wanted} />}
          {held && !isFinal(problem?.code) && <Conditions booking={booking} held={held} wanted={wanted} />}
          {!held && isHolding && <TextSkeleton lines={5} />}
          {!held && !isHolding && <Row><Button onPress={booking.close}>{t(wayOut(problem?.code))}</Button></Row>}
        </Stack>
      )}
    </Dialog>
  )
}

const LONG_AGO = new Date(0).toISOString()
const expiryOf = (held: Held): string => held.hold?.expires_at ?? held.starts_at
const lacksConsent = ({ problem }: Booking, held: Held): boolean => problem?.code === 'consents_missing' || (held.hold?.consents_missing.length ?? 0) > 0

type Wanted = NonNullable<Booking['wanted']>

/** After these the held time is no more. */
const isFinal = (code: string | undefined) => code === 'hold_expired' || code === 'time_taken' || code === 'quota_exhausted'

/** Where no session is left, another time helps nobody. */
const wayOut = (code: string | undefined) => (code === 'quota_exhausted' ? 'find.book.close' : 'find.book.back')

function Problem({ booking, wanted }: { booking: Booking; wanted: Wanted }) {
  const t = useT()
  const format = useFormat()
  const text = useProblemText()
  const { problem, alternatives } = booking
  if (!problem || problem.code === 'consents_missing') return null
  const { wish, formats } = wanted
  return (
    <Stack gap={3}>
      <Banner tone="notice" announce>{text(problem)}</Banner>
      {alternatives.length > 0 && (
        <>
          <Muted>{t('find.alternatives')}</Muted>
          <Row gap={2}>
            {alternatives.map((other) => {
              const { specialist_id, starts_at } = other
              const isSame = specialist_id === wish.specialist_id
              return (
                <Button key={`${specialist_id} ${starts_at}`} onPress={() => { booking.start({ ...wish, specialist_id, starts_at }, isSame ? formats : [wish.format]) }}>
                  {isSame ? format.moment(starts_at) : <WithOther other={other} />}
                </Button>
              )
            })}
          </Row>
        </>
      )}
      {isFinal(problem.code) && booking.held && <Row><Button onPress={booking.close}>{t(wayOut(problem.code))}</Button></Row>}
    </Stack>
  )
}

/** A time of somebody else: by name, as soon as it is known. */
function WithOther({ other }: { other: Alternative }) {
  const t = useT()
  const format = useFormat()
  const { data } = useQuery(specialistQuery(other.specialist_id))
  const time = format.momentInText(other.starts_at)
  return data ? t('find.alternative.of', { name: data.display_name, time }) : t('find.alternative.other', { time })
}

function Conditions({ booking, held, wanted }: { booking: Booking; held: Held; wanted: Wanted }) {
  const t = useT()
  const format = useFormat()
  const { wish, formats } = wanted
  const expires = expiryOf(held)
  const isOver = useSecondsUntil(expires) === 0
  const offered = formats.map((one) => among(formatNames, one)).filter((one) => one !== undefined)
  const current = among(formatNames, held.format)
  if (isOver) {
    return (
      <Stack>
        <Banner tone="notice" announce>{t('find.expired')}</Banner>
        <Row>
          <Button variant="primary" isPending={booking.isHolding} onPress={() => { booking.start(wish, formats) }}>{t('find.holdAgain')}</Button>
          <Button onPress={booking.close}>{t('find.book.back')}</Button>
        </Row>
      </Stack>
    )
  }
  return (
    <Stack>
      {/* Above all: on a phone what comes last may be under the edge. */}
      <Muted><Countdown until={expires} /></Muted>
      <OwnZone />
      <Facts items={[
        [t('find.book.who'), held.specialist.display_name],
        [t('find.book.what'), held.category.name],
        [t('find.book.when'), <When key="when" at={held.starts_at} who={t('find.book.specialist')} {...(held.specialist.time_zone ? { otherZone: held.specialist.time_zone } : {})} />],
        [t('find.book.length'), format.duration(held.length_min)],
        offered.length < 2 && current !== undefined && [t('find.format'), t(`find.format.${current}`)],
      ]} />
      {offered.length > 1 && (
        <FilterChips label={t('find.format')} showLabel required options={offered.map((id) => ({ id, label: t(`find.format.${id}`) }))}
          value={among(formatNames, wish.format) ?? null}
          onChange={(chosen) => { if (chosen !== null && !booking.isConfirming) booking.start({ ...wish, format: chosen }, formats) }} />
      )}
      {held.policy && <Banner>{held.policy.grace_min ? t('find.rule.grace', { until: format.time(inMinutes(held.policy.grace_min, held.starts_at)) }) : t('find.rule', { until: format.momentInText(held.policy.free_until) })}</Banner>}
      {held.benefit && <Muted>{t('find.leftAfter', { count: held.benefit.left })}</Muted>}
      {lacksConsent(booking, held) && (
        <Banner tone="private" title={t('find.consents')} actions={(
          <LinkButton variant="primary" to="/consents" search={{ next: `/sessions/${held.id}` }} onClick={booking.leave}>{t('find.consents.open')}</LinkButton>
        )}>
          {t('find.consents.text')}
        </Banner>
      )}
    </Stack>
  )
}
