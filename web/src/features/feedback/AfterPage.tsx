import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { phaseOf, type Loader } from '~/api'
import { useT } from '~/i18n'
import { AutosavedText, Banner, Bone, Card, Disclosure, LinkButton, Loaded, Muted, PageHeader, Row, Section, Skeleton, Stack, Stars, TextSkeleton, When } from '~/ui'
import { afterQuery, NOTE_MAX, ownNoteQuery, readNote, saveNote, type After } from './queries'
import { RateForm } from './RateForm'
import { SafetyForm } from './SafetyForm'

export const loader: Loader = ({ queryClient, params }) => queryClient.query(afterQuery(params['appointment'] ?? ''))

/** After a consultation: one question at a time, each skippable, and the way to the next consultation. */
export default function AfterPage() {
  const t = useT()
  const { appointment: id = '' } = useParams({ strict: false })
  const query = useQuery(afterQuery(id))
  return (
    <>
      <PageHeader title={t(query.data ? titleOf(query.data) : 'feedback.title')} back={{ to: '/sessions/$id', params: { id }, label: t('feedback.session') }} />
      <Loaded query={query} skeleton={<Skeleton><Bone height="block" /></Skeleton>}>
        {(after) => (
          <Stack gap={6}>
            <Muted>{after.specialist_name}{', '}<When at={after.starts_at} show="momentInText" /></Muted>
            <Rated after={after} />
            <Safety after={after} />
            {after.status === 'completed' && <Again after={after} />}
            {after.status === 'canceled' && <Banner>{t('feedback.canceled')}</Banner>}
            {!isOver(after) && <Muted>{t('feedback.notOver')}</Muted>}
            <OwnNote id={id} hasNote={after.has_note} isOpen={!isOver(after)} />
          </Stack>
        )}
      </Loaded>
    </>
  )
}

/** By the clock: what is written in the room is not written before it. */
const titleOf = (after: After) => {
  const phase = isOver(after) ? 'over' : phaseOf(after)
  return phase === 'booked' ? 'feedback.before' : phase === 'ongoing' ? 'feedback.during' : 'feedback.title'
}

const isOver = ({ status }: After): boolean => status === 'completed' || status === 'canceled'

function Rated({ after }: { after: After }) {
  const t = useT()
  if (after.can_rate) {
    return <Section title={t('feedback.rate')}><Card><RateForm id={after.appointment_id} /></Card></Section>
  }
  if (!after.stars) return null
  return <Card tone="plain"><Row><Stars value={after.stars} /><span>{t('feedback.rated')}</span></Row></Card>
}

function Safety({ after }: { after: After }) {
  const t = useT()
  if (after.can_answer_safety) {
    // The gentle question comes first; this one is there for who needs it, and does not frighten who does not.
    return (
      <Section title={t('feedback.safety')}>
        <Banner tone="private">{t('feedback.safetyReaders')}</Banner>
        <Card><SafetyForm id={after.appointment_id} questions={after.questions} /></Card>
      </Section>
    )
  }
  if (!after.is_safety_answered) return null
  return <Banner tone="private">{t('feedback.safetyDone')}</Banner>
}

function Again({ after }: { after: After }) {
  const t = useT()
  return (
    <Section title={t('feedback.next')}>
      <Row>
        <LinkButton variant="primary" icon="calendar" to="/find/$id" params={{ id: after.specialist_id }} search={{ category: after.category_id }}>
          {t('feedback.again', { name: after.specialist_name })}
        </LinkButton>
        <LinkButton to="/find" search={{ category: after.category_id }}>{t('feedback.other')}</LinkButton>
      </Row>
    </Section>
  )
}

function OwnNote({ id, hasNote, isOpen }: { id: string; hasNote: boolean; isOpen: boolean }) {
  const t = useT()
  return (
    <Disclosure isOpen={isOpen} title={hasNote ? t('feedback.ownNote') : t('feedback.newNote')}>
      <Note id={id} />
    </Disclosure>
  )
}

function Note({ id }: { id: string }) {
  const t = useT()
  const query = useQuery(ownNoteQuery(id))
  return (
    <Loaded query={query} skeleton={<TextSkeleton lines={4} />}>
      {(note) => (
        <AutosavedText
          label={t('feedback.note')} hint={t('feedback.noteHint')} readers={t('feedback.noteReaders')} rows={5} maxLength={NOTE_MAX}
          start={note} save={saveNote(id)} reload={() => readNote(id)}
        />
      )}
    </Loaded>
  )
}
