import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, Card as Surface, CheckboxGroup, Muted, Row, Section, Stack, toast, useProblemText, When } from '~/ui'
import { NoteDialog } from './NoteDialog'
import { cardQuery, useTakeCard, type Card } from './queries'
import styles from './specialists.module.css'
import { StateChip } from './StateChip'
import { amongAll, parts, stateOf, useCategoryName } from './words'

/** Where the card stands, what stands in the way, and what can be decided. */
export function Decision({ card }: { card: Card }) {
  const t = useT()
  const state = stateOf(card)
  return (
    <Section title={t('specialists.decision')}>
      <Surface>
        <Stack>
          <Row><StateChip state={state} /></Row>
          {card.submitted_at && <Muted small>{t('specialists.sentAt')} <When at={card.submitted_at} show="momentInText" /></Muted>}
          {card.review_note && (
            <Stack gap={1}>
              <Muted small>{t('specialists.noteWas')}</Muted>
              <p className={styles.words}>{card.review_note}</p>
            </Stack>
          )}
          {state === 'draft' ? <Draft card={card} /> : <Publish key={card.version} card={card} />}
          {state === 'submitted' && <GiveBack card={card} />}
          {state === 'published' && <Pause card={card} />}
        </Stack>
      </Surface>
    </Section>
  )
}

/** What keeps the card from being shown, in words. */
function useObstacles(card: Card): string[] {
  const t = useT()
  const missing = amongAll(parts, card.missing).map((part) => t(`specialists.part.${part}`))
  const isVerified = card.education.some((entry) => entry.state === 'verified')
  return [
    missing.length > 0 ? t('specialists.missing', { parts: missing.join(', ') }) : '',
    isVerified ? '' : t('specialists.nothingVerified'),
  ].filter(Boolean)
}

function Draft({ card }: { card: Card }) {
  const t = useT()
  const missing = amongAll(parts, card.missing).map((part) => t(`specialists.part.${part}`))
  return (
    <Stack gap={2}>
      <p>{t('specialists.draftText')}</p>
      {missing.length > 0 && <Muted small>{t('specialists.missing', { parts: missing.join(', ') })}</Muted>}
    </Stack>
  )
}

function Publish({ card }: { card: Card }) {
  const t = useT()
  const text = useProblemText()
  const takeCard = useTakeCard()
  const queryClient = useQueryClient()
  const name = useCategoryName(card)
  const obstacles = useObstacles(card)
  const offered = [...card.categories, ...card.requested_categories]
  const [chosen, choose] = useState<string[]>(offered)
  const publish = useCommand((categories: string[], key) => data(api.POST('/api/operator/specialists/{id}/publish', {
    params: { path: { id: card.id } }, body: { version: card.version, categories }, headers: idempotent(key),
  })), {
    onSuccess: (published) => {
      takeCard(published)
      toast(t('specialists.publishedDone'))
    },
  })
  const isPublished = card.status === 'published'
  // A published card is published again only to let into other categories.
  const isSame = isPublished && card.requested_categories.length === 0 && chosen.length === card.categories.length
  return (
    <Stack>
      <CheckboxGroup
        label={t('specialists.letInto')} hint={t('specialists.letInto.hint')} value={chosen} onChange={choose}
        options={offered.map((id) => ({ id, label: name(id), ...(card.requested_categories.includes(id) && { hint: t('specialists.requested') }) }))}
        error={chosen.length === 0 ? t('specialists.letInto.none') : publish.error?.errors[0]?.detail}
      />
      {!isSame && obstacles.length > 0 && (
        <Banner tone="notice" title={t('specialists.notYet')}><ul>{obstacles.map((one) => <li key={one}>{one}</li>)}</ul></Banner>
      )}
      {publish.error && publish.error.errors.length === 0 && (
        <Banner
          tone="danger" announce
          actions={publish.error.code === 'changed_meanwhile' && <Button onPress={() => { void queryClient.invalidateQueries({ queryKey: cardQuery(card.id).queryKey }) }}>{t('specialists.reload')}</Button>}
        >
          {text(publish.error)}
        </Banner>
      )}
      {!isSame && (
        <Button variant="primary" wide isPending={publish.isPending} isDisabled={obstacles.length > 0 || chosen.length === 0} onPress={() => { publish.mutate(chosen) }}>
          {t(isPublished ? 'specialists.publishChanges' : card.status === 'paused' ? 'specialists.publishAgain' : 'specialists.publish')}
        </Button>
      )}
    </Stack>
  )
}

function GiveBack({ card }: { card: Card }) {
  const t = useT()
  const takeCard = useTakeCard()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button wide onPress={() => { setOpen(true) }}>{t('specialists.giveBack')}</Button>
      {isOpen && (
        <NoteDialog
          title={t('specialists.giveBackTitle')} text={t('specialists.giveBackText')} label={t('specialists.giveBackNote')} confirm={t('specialists.giveBack')} isNeeded draft={`return-${card.id}`}
          send={(note, key) => data(api.POST('/api/operator/specialists/{id}/return', { params: { path: { id: card.id } }, body: { note }, headers: idempotent(key) }))}
          onDone={takeCard} onClose={() => { setOpen(false) }}
        />
      )}
    </>
  )
}

function Pause({ card }: { card: Card }) {
  const t = useT()
  const takeCard = useTakeCard()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button wide onPress={() => { setOpen(true) }}>{t('specialists.pause')}</Button>
      {isOpen && (
        <NoteDialog
          title={t('specialists.pauseTitle')} text={t('specialists.pauseText')} label={t('specialists.pauseNote')} confirm={t('specialists.pause')} draft={`pause-${card.id}`}
          send={(note, key) => data(api.POST('/api/operator/specialists/{id}/pause', { params: { path: { id: card.id } }, body: { note }, headers: idempotent(key) }))}
          onDone={takeCard} onClose={() => { setOpen(false) }}
        />
      )}
    </>
  )
}
