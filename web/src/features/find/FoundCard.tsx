// Somebody who fits: why, and when.
import { Link } from '@tanstack/react-router'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Avatar, Button, Card, Chip, LinkButton, Muted, Row, Stack } from '~/ui'
import type { Found } from './queries'
import { useLanguageName, useReason } from './words'

interface Props {
  found: Found
  category: string
  onPick: (start: string) => void
  onWait: () => void
}

export function FoundCard({ found: { card, reasons, next }, category, onPick, onWait }: Props) {
  const t = useT()
  const format = useFormat()
  const languageName = useLanguageName()
  const reason = useReason()
  const why = reasons.map(reason).filter((text) => text !== undefined).slice(0, 4)
  const to = { to: '/find/$id', params: { id: card.id }, search: { category } } as const
  return (
    <Card as="article" label={card.display_name}>
      <Stack gap={3}>
        <Row align="start">
          <Avatar name={card.display_name} size="lg" />
          <Stack gap={1}>
            <h2><Link {...to}>{card.display_name}</Link></h2>
            <p>{card.headline}</p>
            <Muted small>{format.list(card.languages.map(languageName))}</Muted>
          </Stack>
        </Row>
        {why.length > 0 && <Row gap={2}>{why.map((text) => <Chip key={text} tone="accent">{text}</Chip>)}</Row>}
        {next.length > 0
          ? (
              <Row gap={2}>
                {next.map((start) => <Button key={start} onPress={() => { onPick(start) }}>{format.moment(start)}</Button>)}
                <LinkButton {...to} variant="quiet">{t('find.allTimes')}</LinkButton>
              </Row>
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
