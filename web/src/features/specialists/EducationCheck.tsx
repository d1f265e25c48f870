import { useState } from 'react'
import { api, data, idempotent, useCommand } from '~/api'
import { among } from '~/api/among'
import { useT } from '~/i18n'
import { Banner, Button, Card as Surface, Chip, EmptyState, Muted, Row, Section, Stack, useProblemText, When, type ChipTone } from '~/ui'
import { NoteDialog } from './NoteDialog'
import { OpenDocument } from './OpenDocument'
import { useTakeCard, type Card, type Education } from './queries'

const states = ['pending', 'verified', 'rejected'] as const
const tones: Record<(typeof states)[number], ChipTone> = { pending: 'accent', verified: 'positive', rejected: 'notice' }

/** Degrees and courses with their documents, checked one by one. */
export function EducationCheck({ card }: { card: Card }) {
  const t = useT()
  return (
    <Section title={t('specialists.education')}>
      {card.education.length === 0
        ? <EmptyState icon="document" title={t('specialists.noEducation')}>{t('specialists.noEducation.text')}</EmptyState>
        : <Stack gap={3}>{card.education.map((entry) => <Entry key={entry.id} entry={entry} />)}</Stack>}
    </Section>
  )
}

function Entry({ entry }: { entry: Education }) {
  const t = useT()
  const state = among(states, entry.state) ?? 'pending'
  const hasDocument = typeof entry.document_type === 'string'
  return (
    <Surface as="article" label={entry.title}>
      <Stack gap={3}>
        <Row justify="between" align="start">
          <Stack gap={1}>
            <h3>{entry.title}</h3>
            <Muted small>{[entry.institution, String(entry.year), entry.hours ? t('specialists.hours', { count: entry.hours }) : ''].filter(Boolean).join(', ')}</Muted>
          </Stack>
          <Chip tone={tones[state]} {...(state === 'verified' && { icon: 'check' as const })}>{t(`specialists.check.${state}`)}</Chip>
        </Row>
        {state === 'rejected' && entry.note && <Banner tone="notice" title={t('specialists.rejectedWhy')}>{entry.note}</Banner>}
        {entry.checked_at && <Muted small>{t('specialists.checkedAt')} <When at={entry.checked_at} show="date" /></Muted>}
        {hasDocument
          ? <Row><OpenDocument entry={entry} /><Check entry={entry} /></Row>
          : <Muted>{t('specialists.noDocument')}</Muted>}
      </Stack>
    </Surface>
  )
}

/** What was checked once can be decided anew. */
function Check({ entry }: { entry: Education }) {
  const t = useT()
  const text = useProblemText()
  const takeCard = useTakeCard()
  const [isRejecting, setRejecting] = useState(false)
  const send = (note: string | null, key: string) => data(api.POST('/api/operator/education/{id}/check', {
    params: { path: { id: entry.id } }, body: note === null ? { state: 'verified', note: '' } : { state: 'rejected', note }, headers: idempotent(key),
  }))
  const verify = useCommand((_: null, key) => send(null, key), { onSuccess: takeCard })
  return (
    <>
      {entry.state !== 'verified' && <Button icon="check" isPending={verify.isPending} onPress={() => { verify.mutate(null) }}>{t('specialists.verify')}</Button>}
      {entry.state !== 'rejected' && <Button variant="quiet" icon="close" onPress={() => { setRejecting(true) }}>{t('specialists.reject')}</Button>}
      {verify.error && <Banner tone="danger" announce>{text(verify.error)}</Banner>}
      {isRejecting && (
        <NoteDialog
          title={t('specialists.rejectTitle', { title: entry.title })} text={t('specialists.rejectText')} label={t('specialists.rejectNote')} confirm={t('specialists.reject')} isNeeded
          draft={`reject-${entry.id}`} send={send} onDone={takeCard} onClose={() => { setRejecting(false) }}
        />
      )}
    </>
  )
}
