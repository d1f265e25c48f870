import { useState } from 'react'
import { api, data, fileForm, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { AnchorButton, Banner, Button, Card, Chip, Confirm, FileField, Muted, Row, Stack, useProblemText, type ChipTone } from '~/ui'
import { EducationDialog } from './EducationDialog'
import { useTakeCard, type Education } from './queries'
import { useUpload } from './useUpload'
import { among } from './values'

const DOCUMENTS = ['application/pdf', 'image/jpeg', 'image/png'] as const
const MAX_BYTES = 15 * 1024 * 1024
const states = ['pending', 'verified', 'rejected'] as const
const tones: Record<(typeof states)[number], ChipTone> = { pending: 'neutral', verified: 'positive', rejected: 'notice' }

interface Props {
  entry: Education
  /** Of the whole form: documents are missing. */
  error: string | undefined
  onMended: () => void
}

/** A degree or course with its document and what the check said. */
export function EducationEntry({ entry, error, onMended }: Props) {
  const t = useT()
  const [isChanging, setChanging] = useState(false)
  const state = among(states, entry.state) ?? 'pending'
  const hasDocument = typeof entry.document_type === 'string'
  return (
    <Card as="article" tone="outline" label={entry.title}>
      <Stack gap={3}>
        <Row justify="between" align="start">
          <Stack gap={1}>
            <h3>{entry.title}</h3>
            <Muted small>{[entry.institution, String(entry.year), entry.hours ? t('card.education.hoursOf', { count: entry.hours }) : ''].filter(Boolean).join(', ')}</Muted>
          </Stack>
          {hasDocument && <Chip tone={tones[state]} {...(state === 'verified' && { icon: 'check' as const })}>{t(`card.education.state.${state}`)}</Chip>}
        </Row>
        {state === 'rejected' && <Banner tone="notice" title={t('card.education.rejected')}>{entry.note}</Banner>}
        <DocumentField entry={entry} error={error} onMended={onMended} />
        <Row>
          <Button variant="quiet" icon="edit" onPress={() => { setChanging(true) }}>{t('card.education.change')}</Button>
          {hasDocument && <AnchorButton variant="quiet" icon="download" href={`/api/card/education/${entry.id}/document`} download>{t('card.document.save')}</AnchorButton>}
          <RemoveEntry entry={entry} />
        </Row>
      </Stack>
      {isChanging && <EducationDialog entry={entry} onClose={() => { setChanging(false) }} />}
    </Card>
  )
}

function DocumentField({ entry, error, onMended }: Props) {
  const t = useT()
  const text = useProblemText()
  const path = { id: entry.id }
  const upload = useUpload((file, key) => data(api.POST('/api/card/education/{id}/document', { params: { path }, ...fileForm(file), headers: idempotent(key) })), onMended)
  const hasDocument = typeof entry.document_type === 'string'
  const kind = entry.document_type === 'application/pdf' ? t('card.document.pdf') : t('card.document.picture')
  return (
    <FileField
      label={hasDocument ? t('card.document.is', { kind }) : t('card.document.none')} hint={t(entry.state === 'verified' ? 'card.education.again' : 'card.document.hint')}
      {...(!hasDocument && { name: 'education_document' })} accept={DOCUMENTS} maxBytes={MAX_BYTES}
      action={t(hasDocument ? 'card.document.replace' : 'card.document.attach')} value={null} onChange={upload.choose} isPending={upload.isPending}
      error={upload.error ? text(upload.error) : hasDocument ? undefined : error}
    />
  )
}

function RemoveEntry({ entry }: { entry: Education }) {
  const t = useT()
  const takeCard = useTakeCard()
  const [isAsked, ask] = useState(false)
  const remove = useCommand((id: string, key) => data(api.DELETE('/api/card/education/{id}', { params: { path: { id } }, headers: idempotent(key) })), { onSuccess: takeCard })
  return (
    <>
      <Button variant="quiet" icon="trash" onPress={() => { ask(true) }}>{t('card.education.remove')}</Button>
      <Confirm title={t('card.education.removeTitle', { title: entry.title })} confirm={t('card.education.remove')} isDanger isOpen={isAsked} onClose={() => { ask(false) }} onConfirm={() => remove.mutateAsync(entry.id)}>
        {t('card.education.removeText')}
      </Confirm>
    </>
  )
}
