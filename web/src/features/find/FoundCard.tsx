// Somebody who fits: why, and when.
import { Link } from '@tanstack/react-router'
import { photoOf } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Avatar, Beside, Button, Card, Chip, LinkButton, Muted, NextTimes, Row, Stack } from '~/ui'
import type { Found } from './queries'
import styles from './find.module.css'
import { useLanguageName, useReason } from './words'

interface Props {
  found: Found
  category: string
  onPick: (start: string) => void
  onWait: () => void
}

/** The strongest few; more would be noise. */
const REASONS = 3

export function FoundCard({ found: { card, reasons, next }, category, onPick, onWait }: Props) {
  const t = useT()
  const format = useFormat()
  const languageName = useLanguageName()
  const reason = useReason()
  // The languages stand in the card anyway.
  const why = reasons.filter(({ kind }) => kind !== 'language').map(reason).filter((text) => text !== undefined).slice(0, REASONS)
  const to = { to: '/find/$id', params: { id: card.id }, search: { category } } as const
  return (
    <Card as="article" label={card.display_name}>
      <Stack gap={4}>
        <Beside picture={<Avatar name={card.display_name} src={photoOf(card)} size="lg" />}>
          <Stack gap={1}>
            <h2><Link {...to} className={styles.name}>{card.display_name}</Link></h2>
            <p>{card.headline}</p>
            <Muted small>{t('find.speaks', { languages: format.list(card.languages.map(languageName)) })}</Muted>
          </Stack>
        </Beside>
        {why.length > 0 && <ul className={styles.reasons} aria-label={t('find.reasons')}>{why.map((text) => <li key={text}><Chip tone="accent">{text}</Chip></li>)}</ul>}
        {next.length > 0
          ? (
              <Stack gap={2}>
                <NextTimes starts={next} onPick={onPick} />
                <Row><LinkButton {...to} variant="quiet" icon="calendar" aria-label={t('find.allTimes.of', { name: card.display_name })}>{t('find.allTimes')}</LinkButton></Row>
              </Stack>
            )
          : (
              <Row justify="between">
                <Muted>{t('find.noTimes')}</Muted>
                <Button icon="bell" onPress={onWait}>{t('find.wait')}</Button>
              </Row>
            )}
      </Stack>
    </Card>
  )
}
