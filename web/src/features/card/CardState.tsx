import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Stack } from '~/ui'
import styles from './card.module.css'
import type { Card } from './queries'
import { amongAll, parts } from './values'

/** Where the card stands, who sees it, and what comes next. */
export function CardState({ card }: { card: Card }) {
  const t = useT()
  const format = useFormat()
  if (card.status === 'submitted') {
    return <Banner announce title={t('card.state.submitted')}>{t('card.state.submitted.text', { when: card.submitted_at ? format.day(card.submitted_at) : '' })}</Banner>
  }
  if (card.status === 'published') return <Banner announce tone="positive" title={t('card.state.published')}>{t('card.state.published.text')}</Banner>
  if (card.status === 'paused') return <Banner announce tone="notice" title={t('card.state.paused')}><Reason text={t('card.state.paused.text')} note={card.review_note} /></Banner>
  if (card.review_note) return <Banner announce tone="notice" title={t('card.state.returned')}><Reason text={t('card.state.returned.text')} note={card.review_note} /></Banner>
  const missing = amongAll(parts, card.missing)
  return (
    <Banner title={t('card.state.draft')}>
      {missing.length === 0 ? t('card.state.draft.ready') : t('card.state.draft.text', { parts: missing.map((part) => t(`card.part.${part}`)).join(', ') })}
    </Banner>
  )
}

const Reason = ({ text, note }: { text: string; note: string | null | undefined }) => (
  <Stack gap={2}>
    {note && <p className={styles.words}>{note}</p>}
    <p>{text}</p>
  </Stack>
)
