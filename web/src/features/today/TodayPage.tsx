// The first screen: what is next, what is left, and one thing that would be good to do now.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { photoOf, todayQuery, type Loader } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Avatar, Banner, Beside, Card, CardsSkeleton, CategoryIcon, Countdown, EmptyState, LinkButton, List, ListItem, Loaded, Muted, OwnZone, PageHeader, Row, Section, Stack, When, useSecondsUntil } from '~/ui'
import { useIsKeycloak } from '~/shell/keycloak'
import type { Appointment, Today } from './queries'

// Only where Keycloak is.
const WayBack = lazy(() => import('./WayBack'))

export const loader: Loader = ({ queryClient }) => queryClient.query(todayQuery)

export default function TodayPage() {
  const t = useT()
  const query = useQuery(todayQuery)
  const isKeycloak = useIsKeycloak()
  return (
    <>
      <PageHeader title={t('today.title')} />
      <Loaded query={query} skeleton={<CardsSkeleton cards={2} />}>
        {(today) => (
          <Stack gap={6}>
            <OwnZone />
            {today.held.map((held) => <Held key={held.id} held={held} />)}
            {/* Another time could not be booked. */}
            {!today.is_access_ended && today.called_off.map((one) => <CalledOff key={one.id} one={one} />)}
            {today.pass && <RenewPass pass={today.pass} />}
            {today.is_access_ended && <Ended />}
            {today.next ? <Next next={today.next} /> : !today.is_access_ended && today.pass?.has_ended !== true && today.held.length === 0 && <Step step={today.step} />}
            {isKeycloak === true && <Suspense><WayBack /></Suspense>}
            {!today.is_access_ended && <Left left={today.left} />}
          </Stack>
        )}
      </Loaded>
    </>
  )
}

function Next({ next }: { next: Appointment }) {
  const t = useT()
  const format = useFormat()
  const to = { to: '/sessions/$id', params: { id: next.id } } as const
  const isOpen = useSecondsUntil(next.joins_from ?? next.starts_at) === 0
  const title = useSecondsUntil(next.starts_at) === 0 ? t('today.now') : t('today.next')
  return (
    <Card as="section" tone="accent" label={title}>
      <Stack>
        <h2>{title}</h2>
        <Beside picture={<Avatar name={next.specialist.display_name} src={photoOf(next.specialist)} size="lg" />}>
          <Stack gap={1}>
            <p><When at={next.starts_at} who={t('today.specialist')} {...(next.specialist.time_zone ? { otherZone: next.specialist.time_zone } : {})} /></p>
            <p><Link {...to}>{next.specialist.display_name}</Link></p>
            <Muted>{next.category.name}</Muted>
          </Stack>
        </Beside>
        <Row>
          {isOpen && <LinkButton variant="primary" icon="door" to="/call/$id" params={{ id: next.id }}>{t('today.join')}</LinkButton>}
          <LinkButton {...to}>{t('today.details')}</LinkButton>
        </Row>
        {!isOpen && <Muted small>{t('today.opens', { at: format.momentInText(next.joins_from ?? next.starts_at) })}</Muted>}
      </Stack>
    </Card>
  )
}

function Held({ held }: { held: Appointment }) {
  const t = useT()
  return (
    <Card as="section" label={held.hold?.is_offer ? t('today.offered') : t('today.held')}>
      <Stack gap={3}>
        <h2>{held.hold?.is_offer ? t('today.offered') : t('today.held')}</h2>
        <p><When at={held.starts_at} /></p>
        <Muted>{held.specialist.display_name}, {held.category.name}</Muted>
        {held.hold && <Muted small><Countdown until={held.hold.expires_at} ended={t('today.heldOver')} /></Muted>}
        <Row><LinkButton variant="primary" to="/sessions/$id" params={{ id: held.id }}>{t('today.look')}</LinkButton></Row>
      </Stack>
    </Card>
  )
}

/** Told here too: who gave no address learns of it nowhere else. */
function CalledOff({ one }: { one: Appointment }) {
  const t = useT()
  return (
    <Card as="section" label={t('today.calledOff')}>
      <Stack gap={3}>
        <h2>{t('today.calledOff')}</h2>
        <p><When at={one.starts_at} /></p>
        <Muted>{one.specialist.display_name}, {one.category.name}</Muted>
        <Muted>{t('today.calledOff.text')}</Muted>
        <Row>
          <LinkButton variant="primary" icon="calendar" to="/find/$id" params={{ id: one.specialist.id }} search={{ category: one.category.id }}>{t('today.calledOff.again')}</LinkButton>
          <LinkButton to="/sessions/$id" params={{ id: one.id }}>{t('today.details')}</LinkButton>
        </Row>
      </Stack>
    </Card>
  )
}

/** Nothing is booked: one gentle next step. */
function Step({ step }: { step: Today['step'] }) {
  const t = useT()
  const format = useFormat()
  const last = step?.appointment
  if (last && step.kind === 'rate') {
    return (
      <EmptyState icon="star" title={t('today.rate')} action={(
        <Row justify="center">
          <LinkButton variant="primary" to="/sessions/$appointment/after" params={{ appointment: last.id }}>{t('today.rate.open')}</LinkButton>
          <LinkButton to="/find/$id" params={{ id: last.specialist.id }} search={{ category: last.category.id }}>{t('today.rate.again')}</LinkButton>
        </Row>
      )}>
        {t('today.rate.text', { name: last.specialist.display_name, when: format.day(last.starts_at) })}
      </EmptyState>
    )
  }
  if (last) {
    return (
      <EmptyState icon="sessions" title={t('today.again', { name: last.specialist.display_name })}
        action={<Row justify="center"><LinkButton variant="primary" to="/find/$id" params={{ id: last.specialist.id }} search={{ category: last.category.id }}>{t('today.again.times')}</LinkButton><LinkButton to="/find">{t('today.again.other')}</LinkButton></Row>}>
        {t('today.again.text')}
      </EmptyState>
    )
  }
  const isFirst = step?.kind === 'first_visit'
  return (
    <EmptyState icon="find" title={isFirst ? t('today.first') : t('today.find')}
      action={<LinkButton variant="primary" to={isFirst ? '/start' : '/find'}>{isFirst ? t('today.first.open') : t('today.find.open')}</LinkButton>}>
      {isFirst ? t('today.first.text') : t('today.find.text')}
    </EmptyState>
  )
}

/** The company has said that the person has left it. */
/** Who came with a pass fetches the next one. */
function RenewPass({ pass }: { pass: NonNullable<Today['pass']> }) {
  const t = useT()
  const format = useFormat()
  const title = pass.has_ended ? t('today.pass.ended') : t('today.pass', { date: format.civilDate(pass.ends_on) })
  return (
    <Banner tone="notice" title={title} actions={pass.can_renew ? <LinkButton to="/enter" search={{ by: 'code' }}>{t('today.pass.fetch')}</LinkButton> : undefined}>
      <p>{t(!pass.can_renew ? 'today.pass.none.text' : pass.has_ended ? 'today.pass.ended.text' : 'today.pass.text')}</p>
    </Banner>
  )
}

function Ended() {
  const t = useT()
  return (
    <Banner
      title={t('today.ended')}
      actions={(
        <>
          <LinkButton to="/sessions">{t('today.ended.sessions')}</LinkButton>
          <LinkButton to="/messages">{t('today.ended.messages')}</LinkButton>
        </>
      )}
    >
      <p>{t('today.ended.text')}</p>
    </Banner>
  )
}

function Left({ left }: { left: Today['left'] }) {
  const t = useT()
  const format = useFormat()
  return (
    <Section title={t('today.left')}>
      {left.length === 0
        ? <Muted>{t('today.left.none')}</Muted>
        : (
            <List label={t('today.left')}>
              {left.map(({ category, benefit }) => (
                <ListItem key={category.id} leading={<CategoryIcon name={category.icon} />} title={category.name} to="/find" search={{ category: category.id }}
                  text={t('today.left.of', { left: benefit.left, granted: benefit.granted, until: format.civilDate(benefit.year_end) })} />
              ))}
            </List>
          )}
    </Section>
  )
}
