import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { api, data, idempotent, outcomeOf, phaseOf, useCommand, wasShorter, type Loader } from '~/api'
import { useT } from '~/i18n'
import { nowMs } from '~/i18n/clock'
import { useFormat } from '~/i18n/format'
import { Banner, Bone, Button, Card, Chip, Columns, Confirm, Facts, Loaded, Muted, PageHeader, Row, Section, Skeleton, Stack, toast, useProblemText, When } from '~/ui'
import { Note } from './Note'
import { clientQuery, type ClientCard, type Intake, type Visit } from './queries'

export const loader: Loader = ({ queryClient, params }) => queryClient.query(clientQuery(params['client'] ?? ''))
export const isRecorded = true

/** One client: what happened, what they said brings them, and the notes. */
export default function ClientPage() {
  const t = useT()
  const { client: id = '' } = useParams({ strict: false })
  const query = useQuery(clientQuery(id))
  const name = query.data?.client.name ?? t('clients.one')
  return (
    <>
      <PageHeader title={name} back={{ to: '/work/clients' as never, label: t('clients.title') }} actions={<WriteTo id={id} />} />
      <Stack gap={5}>
        <Banner tone="private">{t('clients.opened')}</Banner>
        <Loaded query={query} skeleton={<Skeleton><Bone height="block" /></Skeleton>}>
          {(page) => (
            <Columns aside={<Stack gap={5}>{page.intakes.map((intake) => <Said key={intake.category} intake={intake} />)}{page.intakes.length === 0 && <Muted>{t(page.visits.every(({ status }) => status === 'canceled') ? 'clients.saidClosed' : 'clients.saidNothing')}</Muted>}</Stack>}>
              <Section title={t('clients.history')}>
                <Stack gap={4}>
                  {page.visits.map((visit, index) => <VisitCard key={visit.appointment_id} visit={visit} isOpenAtFirst={index === newestBegun(page.visits)} />)}
                </Stack>
              </Section>
            </Columns>
          )}
        </Loaded>
      </Stack>
    </>
  )
}

/** Notes are written during or after a consultation: the one that has begun last comes before those ahead. */
function newestBegun(visits: readonly Visit[]): number {
  const begun = visits.findIndex((visit) => visit.status !== 'canceled' && Date.parse(visit.starts_at) <= nowMs())
  return Math.max(begun, 0)
}

function WriteTo({ id }: { id: string }) {
  const t = useT()
  const text = useProblemText()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const open = useCommand((person: string, key) => data(api.POST('/api/threads', { body: { with: person }, headers: idempotent(key) })), {
    onSuccess: (thread) => {
      void queryClient.invalidateQueries({ queryKey: ['threads'] })
      void navigate({ to: '/work/messages/$thread', params: { thread: thread.id } as never })
    },
    onError: (problem) => { toast(text(problem)) },
  })
  return <Button icon="messages" isPending={open.isPending} onPress={() => { open.mutate(id) }}>{t('clients.write')}</Button>
}

/** How a visit stands, or how it ended. */
const becameOf = (visit: Visit) =>
  visit.status === 'booked' ? phaseOf(visit) : outcomeOf(visit) ?? (visit.status === 'canceled' ? visit.status : 'completed')

function VisitCard({ visit, isOpenAtFirst }: { visit: Visit; isOpenAtFirst: boolean }) {
  const t = useT()
  const format = useFormat()
  // What is written is opened by a press: it may ask for proof, and others may be looking at the screen.
  const [isOpen, setOpen] = useState(isOpenAtFirst && visit.status !== 'canceled' && !visit.has_note)
  const became = becameOf(visit)
  return (
    <Card as="article" label={visit.category}>
      <Row justify="between">
        <h3><When at={visit.starts_at} /></h3>
        <Row gap={2}>
          <Chip tone={became === 'held' || became === 'completed' ? 'positive' : became === 'ongoing' ? 'accent' : 'neutral'}>{t(`clients.state.${became}`)}</Chip>
          {visit.has_note && !isOpen && <Chip icon="lock">{t('clients.hasNote')}</Chip>}
        </Row>
      </Row>
      <Muted small>{visit.category}{wasShorter(visit) && ` · ${t('clients.endedEarly', { span: format.span(visit.starts_at, visit.ends_at) })}`}</Muted>
      {became === 'booked' && <CallOff visit={visit} />}
      {isOpen ? <Note appointment={visit.appointment_id} /> : <Row><Button icon="edit" onPress={() => { setOpen(true) }}>{visit.has_note ? t('clients.openNote') : t('clients.newNote')}</Button></Row>}
    </Card>
  )
}

/** The specialist cannot come: the person loses nothing, is told at once, and finds another time. */
function CallOff({ visit: { appointment_id: id, starts_at } }: { visit: Visit }) {
  const t = useT()
  const queryClient = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const cancel = useCommand((_: undefined, key) => data(api.POST('/api/appointments/{id}/cancel', { params: { path: { id } }, body: {}, headers: idempotent(key) })), {
    onSuccess: () => {
      toast(t('clients.callOff.done'))
      void queryClient.invalidateQueries({ queryKey: ['clients'] })
      // Not asked anew: each asking stands in the client's record.
      queryClient.setQueriesData<ClientCard>({ queryKey: ['client'] }, (page) => page && { ...page, visits: page.visits.map((visit) => (visit.appointment_id === id ? { ...visit, status: 'canceled' } : visit)) })
      void queryClient.invalidateQueries({ queryKey: ['schedule'] })
    },
  })
  return (
    <>
      <Row><Button variant="quiet" icon="close" onPress={() => { setOpen(true) }}>{t('clients.callOff')}</Button></Row>
      <Confirm
        title={t('clients.callOff.title')} confirm={t('clients.callOff')} refuse={t('clients.callOff.keep')} isDanger
        isOpen={isOpen} onClose={() => { setOpen(false) }} onConfirm={() => cancel.mutateAsync(undefined)}
      >
        <p><When at={starts_at} /></p>
        <p>{t('clients.callOff.text')}</p>
      </Confirm>
    </>
  )
}

function Said({ intake }: { intake: Intake }) {
  const t = useT()
  return (
    <Section title={t('clients.said')} level={2}>
      <Card tone="plain">
        <Muted small>{intake.category}{' · '}<When at={intake.updated_at} show="date" /></Muted>
        {intake.topics.length > 0 && <Row gap={2}>{intake.topics.map((topic) => <Chip key={topic}>{topic}</Chip>)}</Row>}
        <Facts items={intake.answers.map((said) => [said.question, said.answer] as const)} />
      </Card>
    </Section>
  )
}

